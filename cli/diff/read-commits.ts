import type { GitHistory } from '#io/git/history.ts';
import { type FleetSettings, sourceRoots } from '#model/fleet.ts';
import { renderedRoot } from '#model/rendered.ts';
import { isBuildInput, kustomizationsAbove } from '#model/secrecy.ts';
import { changedFiles } from '#model/snapshot.ts';
import type { RenderedRoot, ReviewedCommit, ReviewedCommits } from '#review/reviewed-commits.ts';
import { secretContents } from '#review/secret-sources.ts';
import { definitionContents } from './refused-updates.ts';
import {
  compiledOver,
  type RenderedCommit,
  renderedCommit,
  snapshotBelow,
} from './rendered-commit.ts';
import { withStale } from './stale.ts';

/** The data of two commits of a fleet repository that a review needs. */
export interface ReadCommits extends ReviewedCommits {
  readonly before: ReviewedCommit & RenderedCommit;
  readonly after: ReviewedCommit & RenderedCommit;
  /** The earlier commit with its committed output, however old. */
  readonly committed: RenderedCommit;
  /** The assumptions of the comparison, as sentences. */
  readonly notes: readonly string[];
}

/** The commits to read, by their ids. */
export interface CommitRange {
  readonly base: string;
  readonly head: string;
  /** Whether the head is compared as a compile would leave it: the committed output may be stale. */
  readonly compile: boolean;
}

/** Begins work over the output of two commits. What it returns is awaited before the sources are compiled. */
export type OnRendered = (before: RenderedCommit, after: RenderedCommit) => Promise<void>;

/**
 * Reads everything that a review needs of two commits, so that nothing after it reads from Git.
 *
 * @throws Error when Git lacks one of the commits
 * @throws CompileError when one of the commits has no rendered output and its sources have errors
 */
export async function readCommits(
  git: GitHistory,
  range: CommitRange,
  onRendered: OnRendered = async () => {},
): Promise<ReadCommits> {
  const committed = await renderedCommit(git, range.base);
  const head = await renderedCommit(git, range.head);
  const isCompiled = !range.compile || head.compilation !== undefined;
  const rendered = isCompiled ? head : await compiledOver(head, git);
  await onRendered(committed, rendered);
  const { before, after, notes } = await withStale(git, committed, rendered);
  const { rendered: root } = after.settings;
  const own = { root, before: before.snapshot, after: after.snapshot };
  const others = await otherRoots(git, before, after);
  const changedLines = await changedSourceLines(git, before, after);
  const changed = new Set([...changedLines.added, ...changedLines.removed].map(({ file }) => file));
  // Kustomizations above a changed file say whether it feeds a Secret.
  const read = new Set([...changed, ...[...changed].flatMap(kustomizationsAbove)]);
  const paths = [[...read], [...read.union(new Set(sourceRoots(after.settings)))]] as const;
  const commits = {
    before: { ...before, sources: await git.files(range.base, paths[0]) },
    after: { ...after, sources: await git.files(range.head, paths[1]) },
    own,
    others,
    changedLines,
    committed,
    notes,
  };
  return { ...commits, texts: await textsOf(git, commits) };
}

/**
 * Returns the folders that a syncer may apply besides the head's own: the folder of the base and the
 * default, if the head has files there.
 */
async function otherRoots(
  git: GitHistory,
  before: RenderedCommit,
  after: RenderedCommit,
): Promise<readonly RenderedRoot[]> {
  const roots: RenderedRoot[] = [];
  for (const root of new Set([before.settings.rendered, renderedRoot])) {
    if (root === after.settings.rendered) continue;
    const left = await snapshotBelow(git, after.commit, root);
    // A head without files in the folder has moved its output to the folder of its own settings.
    if (left.files.size === 0) continue;
    const earlier = await snapshotBelow(git, before.commit, root);
    roots.push({ root, before: earlier, after: left });
  }
  return roots;
}

async function changedSourceLines(
  git: GitHistory,
  before: RenderedCommit,
  after: RenderedCommit,
): Promise<ReadCommits['changedLines']> {
  const outputOf = ({ rendered, bindings }: FleetSettings) => [rendered, bindings];
  const outputs = [before, after].flatMap(({ settings }) => outputOf(settings));
  const { added, removed } = await git.changedLines(before.commit, after.commit, [
    ...new Set([...outputs, renderedRoot]),
  ]);
  return { added: added.filter(isSource), removed: removed.filter(isSource) };
}

/** Whether a file can be a template or an input of a build; bases, charts and values lie anywhere. */
function isSource({ file }: { readonly file: string }): boolean {
  return /\.(ya?ml|json|tpl|txt|env|properties|conf|ini|toml|lock)$|(^|\/)Kustomization$/.test(
    file,
  );
}

/** Reads the rendered files in which the commits differ, the definitions of the later one, and the sources. */
async function textsOf(
  git: GitHistory,
  { before, after, own, others }: Pick<ReadCommits, 'before' | 'after' | 'own' | 'others'>,
): Promise<ReadonlyMap<string, string>> {
  const rendered = [
    ...definitionContents(after.snapshot),
    ...[own, ...others]
      .flatMap((root) => changedFiles(root.before, root.after))
      .flatMap((file) => [file.before, file.after].filter((id) => id !== undefined)),
  ];
  const compiled = new Map([...before.compiled, ...after.compiled]);
  const readAll = async (ids: readonly string[]) => {
    const committed = new Set(ids.filter((id) => !compiled.has(id)));
    return git.read([...committed]);
  };
  const sources = [...before.sources, ...after.sources];
  const texts = await readAll([...rendered, ...sources.map(([, id]) => id)]);
  const known = new Map([...compiled, ...texts]);
  // Values for builds may feed a Secret that neither commit changes.
  const isFed = sources.some(([file, id]) => isBuildInput(file, known.get(id) ?? ''));
  if (!isFed) return known;
  const secrets = [before, after].flatMap(secretContents);
  return new Map([...known, ...(await readAll(secrets))]);
}
