import type { RenderedFleet } from '#compiler/compile.ts';
import { blobId, GitHistory } from '#io/git/history.ts';
import { pathsOf } from '#model/files.ts';
import { renderedCommit } from './rendered-commit.ts';

/** How long Git may take in all, in milliseconds. */
const timeoutMs = 300_000;

/**
 * The rendered files of a commit that a compile would change, by their paths now. The commit is
 * the one from where it and HEAD have parted, as in `regatta diff`.
 *
 * @throws Error when Git does not have it; CompileError
 */
export async function renderedAtBase(
  directory: string,
  { base }: { readonly base: string },
  { wanted }: Pick<RenderedFleet, 'wanted'>,
): Promise<ReadonlyMap<string, string>> {
  const git = await GitHistory.open(directory, AbortSignal.timeout(timeoutMs));
  const parting = await git.mergeBase(await git.resolve(base), await git.resolve('HEAD'));
  const { snapshot, compiled } = await renderedCommit(git, parting);
  const changed = new Map<string, string>();
  for (const file of wanted.rendered) {
    const id = blobId(file.content.text, parting);
    for (const path of pathsOf(wanted.root, file)) {
      const before = snapshot.files.get(path.slice(wanted.root.length + 1));
      if (before !== undefined && before !== id) changed.set(path, before);
    }
  }
  const committed = [...new Set(changed.values())].filter((id) => !compiled.has(id));
  const texts = new Map([...compiled, ...(await git.read(committed))]);
  return new Map([...changed].map(([path, id]) => [path, texts.get(id) ?? '']));
}
