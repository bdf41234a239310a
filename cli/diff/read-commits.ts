import type { GitHistory } from '#io/git/history.ts';
import { sourceRoots } from '#model/fleet.ts';
import { isBuildInput, kustomizationsAbove } from '#model/secrecy.ts';
import type { ReviewedCommit, ReviewedCommits } from '#review/reviewed-commits.ts';
import { secretContents } from '#review/secret-sources.ts';
import { changedFiles } from '#review/snapshot.ts';
import { definitionContents } from './refused-updates.ts';
import { type RenderedCommit, renderedCommit } from './rendered-commit.ts';

/** What a review reads of two commits of a fleet repository. */
export interface ReadCommits extends ReviewedCommits {
  readonly before: ReviewedCommit & RenderedCommit;
  readonly after: ReviewedCommit & RenderedCommit;
}

/**
 * Reads everything that a review needs of two commits, so that nothing after it reads from Git.
 *
 * @throws Error when Git lacks one of the commits
 * @throws CompileError when one of the commits has no rendered output and its sources have errors
 */
export async function readCommits(
  git: GitHistory,
  base: string,
  head: string,
): Promise<ReadCommits> {
  const [before, after] = [await renderedCommit(git, base), await renderedCommit(git, head)];
  const changedLines = await changedSourceLines(git, before, after);
  const changed = new Set([...changedLines.added, ...changedLines.removed].map(({ file }) => file));
  // Kustomizations above a changed file say whether it feeds a Secret.
  const read = new Set([...changed, ...[...changed].flatMap(kustomizationsAbove)]);
  const paths = [[...read], [...read.union(new Set(sourceRoots(after.settings)))]] as const;
  const commits = {
    before: { ...before, sources: await git.files(base, paths[0]) },
    after: { ...after, sources: await git.files(head, paths[1]) },
    changedLines,
  };
  return { ...commits, texts: await textsOf(git, commits) };
}

async function changedSourceLines(
  git: GitHistory,
  before: RenderedCommit,
  after: RenderedCommit,
): Promise<ReadCommits['changedLines']> {
  const outputs = [before, after].flatMap(({ settings: { rendered, bindings } }) => [
    rendered,
    bindings,
  ]);
  const { added, removed } = await git.changedLines(before.commit, after.commit, [
    ...new Set(outputs),
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
  { before, after }: Pick<ReadCommits, 'before' | 'after'>,
): Promise<ReadonlyMap<string, string>> {
  const rendered = [
    ...definitionContents(after.snapshot),
    ...changedFiles(before.snapshot, after.snapshot).flatMap((file) =>
      [file.before, file.after].filter((id) => id !== undefined),
    ),
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
  const secrets = [before, after].flatMap(({ snapshot }) => secretContents(snapshot));
  return new Map([...known, ...(await readAll(secrets))]);
}
