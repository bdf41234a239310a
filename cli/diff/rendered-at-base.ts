import type { RenderedFleet } from '#compiler/compile.ts';
import { blobId, GitHistory } from '#io/git/history.ts';
import { pathsOf } from '#model/files.ts';
import { renderedCommit } from './rendered-commit.ts';

/** Maximum time for all Git commands together, in milliseconds. */
const timeoutMs = 300_000;

/**
 * Returns the rendered files at a base revision that a compile would change, by their current paths.
 * As in `regatta diff`, the base is the merge base with HEAD.
 *
 * @throws Error when Git lacks the revision
 * @throws CompileError when the revision has no rendered output and its sources have errors
 */
export async function renderedAtBase(
  directory: string,
  { base }: { readonly base: string },
  { desired }: Pick<RenderedFleet, 'desired'>,
): Promise<ReadonlyMap<string, string>> {
  const git = await GitHistory.open(directory, AbortSignal.timeout(timeoutMs));
  const mergeBase = await git.mergeBase(await git.resolve(base), await git.resolve('HEAD'));
  const { snapshot, compiled } = await renderedCommit(git, mergeBase);
  const changed = new Map<string, string>();
  for (const file of desired.rendered) {
    const id = blobId(file.content.text, mergeBase);
    for (const path of pathsOf(desired.root, file)) {
      const before = snapshot.files.get(path.slice(desired.root.length + 1));
      if (before !== undefined && before !== id) changed.set(path, before);
    }
  }
  const committed = [...new Set(changed.values())].filter((id) => !compiled.has(id));
  const texts = new Map([...compiled, ...(await git.read(committed))]);
  return new Map([...changed].map(([path, id]) => [path, texts.get(id) ?? '']));
}
