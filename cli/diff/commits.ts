import { parseRepository } from '#compiler/parse/repository.ts';
import { GitHistory } from '#io/git/history.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { changedFiles, countByCluster } from '#model/snapshot.ts';
import type { DeletionRules } from '#review/budget.ts';
import { type ReviewedRoot, reviewCommits } from '#review/commits.ts';
import type { FactsOf } from '#review/compare.ts';
import type { EarlierDeletions } from '#review/earlier.ts';
import { acknowledgedChanges, manifestsOf } from '#review/manifests.ts';
import type { Hunk } from '#review/review.ts';
import { type RenderedRoot, textIn } from '#review/reviewed-commits.ts';
import { removedNames, withUnplaced } from '#review/risks/unplaced.ts';
import { settingsHunk, settingsHunks } from '#review/settings.ts';
import { parseManifest } from '#syncer/desired/manifest.ts';
import { headOf } from './compared-head.ts';
import { readEarlier } from './earlier.ts';
import { EarlyTraffic } from './early-traffic.ts';
import { sourcesAfter, templatesNamed } from './later-sources.ts';
import { type ReadCommits, readCommits } from './read-commits.ts';
import { refusedUpdates } from './refused-updates.ts';
import { CompileError, type RenderedCommit, settingsAt } from './rendered-commit.ts';
import type { ReviewReport } from './report.ts';
import { hasSources, type UnsourcedReason, unsourcedAt } from './sourced.ts';

/** Maximum time for all Git commands together, in milliseconds. */
const timeoutMs = 300_000;

/** The revisions that `regatta diff` compares. */
export interface ComparedRefs {
  readonly base: string;
  /** Without a name, the work tree if it has uncommitted files, or else HEAD. */
  readonly head?: string | undefined;
  /** Whether the head is compared as a compile would leave it. */
  readonly compile?: boolean | undefined;
}

/**
 * Compares what two commits of the fleet repository in a directory render. The comparison starts at
 * their merge base, as in a pull request. The settings of the base judge the change.
 *
 * @throws Error when Git lacks one of the commits
 * @throws CompileError when the head's regatta.yaml is faulty, or when one of the commits has no rendered
 *   output and its sources have errors
 */
export async function compareCommits(directory: string, refs: ComparedRefs): Promise<ReviewReport> {
  const git = await GitHistory.open(directory, AbortSignal.timeout(timeoutMs));
  const { head, uncommitted } = await headOf(git, directory, refs.head);
  const base = await git.mergeBase(await git.resolve(refs.base), head);
  const settings = await changedSettings(git, base, head);
  const [traffic, compile] = [new EarlyTraffic(git), refs.compile ?? false];
  const commits = await readCommits(git, { base, head, compile }, traffic.start);
  const earlier = await readEarlier(git, commits.committed);
  const { clusters, ...repository } = repositoryOf(commits);
  const rules = { ...repository, earlier: recordsOf(earlier) };
  const text = (id: string) => textIn(commits.texts, id);
  const reviewed = (root: RenderedRoot): ReviewedRoot => {
    return { ...root, ...manifestsOf(root.before, root.after, text, parseManifest) };
  };
  const [own, others] = [reviewed(commits.own), commits.others.map(reviewed)];
  const { texts } = commits;
  const { refusalsOf, unchecked } = await refusedUpdates({ directory, root: own, clusters, texts });
  const unsourcedOf = await unsourcedIn(git, commits);
  const factsOf =
    (root: ReviewedRoot): FactsOf =>
    (file) => ({
      refused: root === own ? refusalsOf(file) : [],
      unsourced: unsourcedOf.ofObjects(root.root, file),
    });
  const result = reviewCommits(commits, {
    rules,
    own,
    others,
    factsOf,
    unsourcedOf: unsourcedOf.ofFiles,
    settings: settings(commits),
  });
  const templates = templatesNamed(commits, removedNames(result.review.hunks));
  const review = withUnplaced(result.review, commits.own.after, templates);
  const { remarks, ...compared } = await traffic.of(commits);
  const notes = [...uncommitted, ...commits.notes, ...remarks];
  const diagnostics = errorsOf(commits.after);
  const facts = { deletedBefore: deletedFiles(earlier), unchecked, notes, diagnostics };
  return { base, head, ...result, review, ...facts, ...compared };
}

function recordsOf(earlier: ReadonlyMap<string, EarlierDeletions>): DeletionRules['earlier'] {
  return new Map([...earlier].map(([cluster, { records }]) => [cluster, records]));
}

/** Returns the errors of the sources of a commit; none if they compile or were not compiled. */
function errorsOf({ compilation }: RenderedCommit): readonly Diagnostic[] {
  return compilation?.ok === false ? compilation.diagnostics : [];
}

function deletedFiles(
  earlier: ReadonlyMap<string, EarlierDeletions>,
): ReviewReport['deletedBefore'] {
  return [...earlier].flatMap(([cluster, { files }]) => files.map((path) => ({ cluster, path })));
}

/**
 * Compares the settings of two commits. Returns a function that returns their hunks.
 *
 * @throws CompileError when the head's regatta.yaml is faulty, because a syncer might read it otherwise
 */
async function changedSettings(
  git: GitHistory,
  base: string,
  head: string,
): Promise<(commits: ReadCommits) => readonly Hunk[]> {
  const [before, after] = [await settingsAt(git, base), await settingsAt(git, head)];
  if (after.faults.length > 0) throw new CompileError(head, after.faults);
  return ({ own }) => {
    const clusters = [...countByCluster(own.after).keys()];
    const hunks = settingsHunks(before.settings, after.settings, clusters);
    if (before.faults.length === 0) return hunks;
    const message = 'the file is faulty in the base, so the defaults apply to this change';
    return [settingsHunk('regatta.yaml', [], message), ...hunks];
  };
}

/** Returns the deletion rules and the clusters. The base sets the budget, the head acknowledges. */
function repositoryOf(
  commits: ReadCommits,
): Omit<DeletionRules, 'earlier'> & { readonly clusters: readonly Cluster[] } {
  const { before } = commits;
  const concerned = sourcesAfter(commits, (text) =>
    /DeletionAcknowledgement|cluster\.karmada\.io/.test(text),
  );
  const { acknowledgements, clusters } = parseRepository(concerned, () => {});
  const acknowledged = acknowledgements.map(({ object }) => object.spec.digest);
  return {
    budget: before.settings.deletionBudget,
    acknowledged,
    clusters: clusters.map(({ object }) => object),
  };
}

/** Returns why the sources do not account for the files that the head adds or changes. */
async function unsourcedIn(
  git: GitHistory,
  { before, after, own, others }: ReadCommits,
): Promise<{ readonly ofObjects: UnsourcedReason; readonly ofFiles: UnsourcedReason }> {
  const isQuestion = [own, ...others].some(
    (root) =>
      changedFiles(root.before, root.after).some((file) => file.after !== undefined) ||
      acknowledgedChanges(root.before, root.after).length > 0,
  );
  const none: UnsourcedReason = () => undefined;
  if (!isQuestion) return { ofObjects: none, ofFiles: none };
  const ofFiles = await unsourcedAt(git, after);
  const isSourced =
    (await hasSources(git, before.commit, before.settings)) ||
    (await hasSources(git, after.commit, after.settings));
  return { ofObjects: isSourced ? ofFiles : none, ofFiles };
}
