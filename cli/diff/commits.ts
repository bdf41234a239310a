import { parseRepository } from '#compiler/parse/repository.ts';
import { GitHistory } from '#io/git/history.ts';
import type { Cluster } from '#model/cluster.ts';
import { sourceRoots } from '#model/fleet.ts';
import { isAtOrBelow } from '#model/folder.ts';
import type { DeletionRules } from '#review/budget.ts';
import { reviewCommits } from '#review/commits.ts';
import { objectIn, textIn } from '#review/reviewed-commits.ts';
import { readEarlier } from './earlier.ts';
import { type ReadCommits, readCommits } from './read-commits.ts';
import { refusedUpdates } from './refused-updates.ts';
import type { ReviewReport } from './report.ts';

/** Maximum time for all Git commands together, in milliseconds. */
const timeoutMs = 300_000;

/**
 * Compares what two commits of the fleet repository in a directory render. The comparison starts at
 * their merge base, as in a pull request.
 *
 * @throws Error when Git lacks one of the commits
 * @throws CompileError when one of the commits has no rendered output and its sources have errors
 */
export async function compareCommits(
  directory: string,
  refs: { readonly base: string; readonly head: string },
): Promise<ReviewReport> {
  const git = await GitHistory.open(directory, AbortSignal.timeout(timeoutMs));
  const head = await git.resolve(refs.head);
  const base = await git.mergeBase(await git.resolve(refs.base), head);
  const commits = await readCommits(git, base, head);
  const earlier = await readEarlier(git, commits.before);
  const { clusters, ...repository } = repositoryAfter(commits);
  const records = [...earlier].map(([cluster, { records }]) => [cluster, records] as const);
  const rules = { ...repository, earlier: new Map(records) };
  const { refusalsOf, unchecked } = await refusedUpdates({
    directory,
    before: commits.before.snapshot,
    after: commits.after.snapshot,
    clusters,
    read: (id) => objectIn(commits, id),
  });
  const deletedBefore = [...earlier].flatMap(([cluster, { files }]) =>
    files.map((path) => ({ cluster, path })),
  );
  return { base, head, ...reviewCommits(commits, rules, refusalsOf), deletedBefore, unchecked };
}

/** Returns the deletion rules and the clusters of the later commit. */
function repositoryAfter({
  after,
  texts,
}: ReadCommits): Omit<DeletionRules, 'earlier'> & { readonly clusters: readonly Cluster[] } {
  const { settings, sources } = after;
  const roots = sourceRoots(settings);
  const concerned = [...sources]
    .filter(([file]) => roots.some((root) => isAtOrBelow(file, root)))
    .map(([file, id]) => ({ file, text: textIn(texts, id) }))
    .filter(({ text }) => /DeletionAcknowledgement|cluster\.karmada\.io/.test(text));
  const { acknowledgements, clusters } = parseRepository(concerned, () => {});
  const acknowledged = acknowledgements.map(({ object }) => object.spec.digest);
  return {
    budget: settings.deletionBudget,
    acknowledged,
    clusters: clusters.map(({ object }) => object),
  };
}
