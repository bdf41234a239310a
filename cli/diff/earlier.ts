import type { GitHistory } from '#io/git/history.ts';
import { memoryMs } from '#model/deletion-records.ts';
import {
  acknowledgedIn,
  type EarlierDeletions,
  earlierDeletions,
  isAcknowledgedFile,
} from '#review/earlier.ts';
import type { RenderedCommit } from './rendered-commit.ts';

/**
 * Returns what a branch deleted from each cluster within the 24 hours up to a commit, by the dates of the commits. A
 * branch without committed output has deleted nothing that Git knows of.
 */
export async function readEarlier(
  git: GitHistory,
  { commit, settings, snapshot, compiled }: RenderedCommit,
): Promise<ReadonlyMap<string, EarlierDeletions>> {
  if (compiled.size > 0) return new Map();
  const since = (await git.timeOf(commit)) - memoryMs;
  const changes = await git.recentChanges(commit, settings.rendered, since);
  const lists = changes.flatMap(({ files }) =>
    files.filter(({ path }) => isAcknowledgedFile(path)),
  );
  const texts = await git.read([...new Set(lists.flatMap(({ after }) => after ?? []))]);
  const commits = changes.map(({ at, files }) => {
    const paths = (change: string) =>
      files.filter((file) => file.change === change).map(({ path }) => path);
    const acknowledged = files
      .filter(({ path }) => isAcknowledgedFile(path))
      .flatMap(({ path, after = '' }) => acknowledgedIn(path, texts.get(after) ?? ''));
    return { at, added: paths('added'), deleted: paths('deleted'), acknowledged };
  });
  return earlierDeletions(snapshot, commits);
}
