import { hasDigest } from '#model/rendered-path.ts';
import type { DeletingCommit, GitFile } from '#syncer/ports/source.ts';
import { type GitCommand, isObjectId } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import type { GitAnswer } from './process.ts';
import { parseTree, records } from './tree.ts';

/** A clone in which to look for deletions. */
interface SearchedClone {
  readonly run: (command: GitCommand) => Promise<GitAnswer>;
  /** Path of the rendered root, below the root of the Git repository. */
  readonly root: string;
  /** Fetches the contents that the clone lacks below some paths of a commit. */
  readonly complete?: (commit: string, paths: readonly string[]) => Promise<void>;
}

/**
 * Returns the commits of a branch between two commits that delete files below the rendered root, newest first.
 *
 * @throws Error when git fails
 */
export async function deletingCommits(
  { run, root, complete }: SearchedClone,
  before: string,
  commit: string,
): Promise<readonly DeletingCommit[]> {
  const { output } = await run(queries.logDeletions(before, commit, root));
  const filesAt = async (id: string): Promise<readonly GitFile[]> => {
    const listed = await run(queries.listTree(id, [`${root}/`]));
    return parseTree(listed.output, root, id)?.files ?? [];
  };
  const fetchAll = async (id: string, paths: readonly string[]) => {
    for (let from = 0; complete && from < paths.length; from += pathsAtOnce)
      await complete(id, paths.slice(from, from + pathsAtOnce));
  };
  const found: DeletingCommit[] = [];
  for (const { id, parent, paths } of parseDeletions(output)) {
    await fetchAll(parent, paths);
    const [before, after] = [await filesAt(parent), await filesAt(id)];
    const added = addedPaths(before, after);
    // A digest in the name of a file may mean that its object only moved there, which the contents show.
    const mayMove = [...paths, ...added].some(hasDigest);
    if (mayMove)
      await fetchAll(
        id,
        added.map((path) => `${root}/${path}`),
      );
    found.push({ commit: id, before, after });
  }
  return found;
}

function addedPaths(before: readonly GitFile[], after: readonly GitFile[]): readonly string[] {
  const known = new Set(before.map(({ path }) => path));
  return after.flatMap(({ path }) => (known.has(path) ? [] : [path]));
}

/** Maximum number of paths in the arguments of one command. */
const pathsAtOnce = 500;

interface Deletions {
  readonly id: string;
  readonly parent: string;
  readonly paths: readonly string[];
}

/** Parses the output of `queries.logDeletions`. */
function parseDeletions(output: Buffer): readonly Deletions[] {
  const found: { id: string; parent: string; paths: string[] }[] = [];
  for (const field of records(output, '\0')) {
    const [, id, parent] =
      /^\n?@([0-9a-f]{40,64}) ([0-9a-f]{40,64})\b[0-9a-f ]*$/.exec(field) ?? [];
    if (id !== undefined && parent !== undefined) found.push({ id, parent, paths: [] });
    else found.at(-1)?.paths.push(field.replace(/^\n/, ''));
  }
  return found;
}

/** Depths of the successive fetches, in commits. The last fetch brings the server's whole history. */
const depths = [64, 1024, 16_384, 2_147_483_647];

interface FollowedClone {
  readonly run: (command: GitCommand) => Promise<GitAnswer>;
  readonly branch: string;
  readonly contents: 'all' | 'none';
}

/**
 * Fetches the history of a branch from one commit on, if a shallow clone lacks it.
 *
 * @throws Error when git fails, or when `commit` does not descend from `before`
 */
export async function fetchHistory(
  { run, branch, contents }: FollowedClone,
  before: string,
  commit: string,
): Promise<void> {
  const isKnown = async () => {
    const { output } = await run(queries.listAncestors(commit));
    return records(output, '\n').includes(before);
  };
  const ref = `refs/regatta-fetched/${branch}`;
  // Any text is possible, because another client may have changed the id in the cluster.
  for (const depth of isObjectId(before) ? depths : []) {
    if (await isKnown()) return;
    await run(updates.fetchBranch({ branch, ref, contents, depth }));
  }
  if (isObjectId(before) && (await isKnown())) return;
  throw new Error(
    `branch ${branch} has no history from ${before.slice(0, 12)} to ${commit.slice(0, 12)}`,
  );
}
