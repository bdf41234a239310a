/** Commands that write: into a clone, which includes every fetch, into a work tree, a file, or a server. */
import { branchRef, type GitCommand, inputLines, objectId, refName } from './command.ts';

/** What a fetch of a branch transfers. */
interface BranchFetch {
  readonly branch: string;
  /** The ref that the fetch updates. */
  readonly ref: string;
  /**
   * What git fetches besides commits. With `all`, it fetches the contents of all files. With `none`,
   * it fetches trees without contents. With `commits`, it fetches no trees either.
   */
  readonly contents: 'all' | 'none' | 'commits';
  /** Number of commits to fetch. Without it, git fetches all that the clone lacks. */
  readonly depth?: number;
  /** Fetches also what the clone has already. */
  readonly again?: boolean;
  /** Whether the caller tidies the clone when the branch has moved. Otherwise git does after each fetch. */
  readonly isPoll?: boolean;
}

/** Options of every fetch. Progress output distinguishes a slow server from one that hangs. */
const fetchOptions = ['fetch', '--progress', '--no-tags', '--no-write-fetch-head'];

const filters = { all: '--no-filter', none: '--filter=blob:none', commits: '--filter=tree:0' };

/**
 * Makes a bare repository in the current directory.
 *
 * @param like - an id of the repository, which has the length of its hashes; SHA-1 without one
 */
export function initialise(like = ''): GitCommand {
  const format = like.length === 64 ? ['--object-format=sha256'] : [];
  return { args: ['init', '--quiet', '--bare', '--template=', ...format] };
}

/** Fetches a branch into a ref, also when the branch was reset or force-pushed. */
export function fetchBranch(fetch: BranchFetch): GitCommand {
  const { branch, ref, contents, depth, again = false, isPoll = false } = fetch;
  const depths = depth === undefined ? [] : [`--depth=${depth}`];
  return {
    args: [
      ...(isPoll ? ['-c', 'maintenance.auto=false'] : []),
      ...fetchOptions,
      ...(again ? ['--refetch'] : []),
      filters[contents],
      ...depths,
      '--stdin',
      'origin',
    ],
    input: `+${branchRef(branch)}:${ref}\n`,
    reaches: 'server',
  };
}

/** Fetches a branch with all contents, including those of commits that the clone already has. */
export function refetchBranch(branch: string): GitCommand {
  return {
    args: [...fetchOptions, '--refetch', '--no-filter', '--stdin', 'origin'],
    input: `+${branchRef(branch)}:refs/regatta-whole/${branch}\n`,
    reaches: 'server',
  };
}

/** Fetches objects by their ids. */
export function fetchObjects(oids: readonly string[]): GitCommand {
  // The clone's commits do not imply that it has these objects, so git must not negotiate with them.
  const plain = ['-c', 'fetch.negotiationAlgorithm=noop'];
  return {
    args: [...plain, ...fetchOptions, '--filter=blob:none', '--stdin', 'origin'],
    input: inputLines(oids.map(objectId)),
    reaches: 'server',
  };
}

/**
 * Fetches tags.
 *
 * @param names - names of tags that pass `isRefName`
 */
export function fetchTags(names: readonly string[]): GitCommand {
  return {
    args: [...fetchOptions, '--filter=blob:none', '--stdin', 'origin'],
    input: inputLines(names.map((name) => `+refs/tags/${name}:refs/regatta-tags/${name}`)),
    reaches: 'server',
  };
}

/** Fetches the newest commit of a ref from any address. */
export function fetchFrom(url: string, ref: string): GitCommand {
  const options = ['--quiet', '--depth=1', '--no-tags', '--stdin'];
  const source = ref === 'HEAD' ? ref : refName(ref);
  return { args: ['fetch', ...options, '--', url], input: `${source}\n`, reaches: 'server' };
}

/** Packs the objects of a clone again if it has many packs. */
export function tidy(): GitCommand {
  return { args: ['gc', '--auto', '--quiet'] };
}

/** Writes the files of the last fetch into a tar archive. */
export function archiveFetched(file: string): GitCommand {
  return { args: ['archive', '--format=tar', `--output=${file}`, 'FETCH_HEAD'] };
}

/** Sets a ref if it is still at `before`. An empty `before` means that the ref must not exist yet. */
export function moveRef(ref: string, before: string, after: string): GitCommand {
  const old = before === '' ? '0'.repeat(after.length) : objectId(before);
  return {
    args: ['update-ref', '--stdin'],
    input: `start\nupdate ${refName(ref)} ${objectId(after)} ${old}\ncommit\n`,
  };
}

/**
 * Keeps symbolic links as links in a work tree. The code that reads and writes the work tree follows
 * no link to the outside (io/files/links.ts).
 */
const withLinks: readonly string[] = ['-c', 'core.symlinks=true'];

/**
 * Makes a work tree with the files of a commit. Without `--quiet`, git prints its progress, which shows that it is not
 * hung while it writes tens of thousands of files.
 */
export function addWorkTree(directory: string, commit: string): GitCommand {
  const options = ['--detach', '--force'];
  return { args: [...withLinks, 'worktree', 'add', ...options, '--', directory, objectId(commit)] };
}

/** Makes a work tree of a commit without files. */
export function addEmptyWorkTree(directory: string, commit: string): GitCommand {
  const options = ['--detach', '--force', '--no-checkout'];
  return { args: ['worktree', 'add', ...options, '--', directory, objectId(commit)] };
}

/**
 * Writes the files of a commit into the empty work tree in the current directory, except those that the work tree's
 * `info/sparse-checkout` excludes. Git prints its progress.
 */
export function fillWorkTree(commit: string): GitCommand {
  const sparse = ['-c', 'core.sparseCheckout=true', '-c', 'core.sparseCheckoutCone=false'];
  return { args: [...withLinks, ...sparse, 'read-tree', '-m', '-u', '-v', objectId(commit)] };
}

/** Removes the records of work trees whose directory is gone. */
export function pruneWorkTrees(): GitCommand {
  return { args: ['worktree', 'prune'] };
}

/** Stages all changes below the current directory, including files that .gitignore excludes. */
export function stageAll(): GitCommand {
  return { args: [...withLinks, 'add', '--all', '--force', '--', '.'] };
}

/** Stages all changes below the current directory, without files that .gitignore excludes. */
export function stageChanges(): GitCommand {
  return { args: [...withLinks, 'add', '--all', '--', '.'] };
}

/** Writes the staged files as a tree, and prints its id. */
export function writeTree(): GitCommand {
  return { args: ['write-tree'] };
}

/** Makes a commit of a tree that no branch has, and prints its id. */
export function commitTree(tree: string, parent: string): GitCommand {
  return { args: ['commit-tree', objectId(tree), '-p', objectId(parent)], input: 'work tree\n' };
}

/** Commits the staged changes without running hooks. */
export function commitStaged(message: string): GitCommand {
  return { args: ['commit', '--quiet', '--no-verify', '--file=-'], input: message };
}

/** Pushes a commit to a branch. Git rejects the push if the branch has commits that this one does not descend from. */
export function pushTo(branch: string, commit: string): GitCommand {
  const spec = `${objectId(commit)}:${branchRef(branch)}`;
  const args = ['push', '--quiet', '--no-verify', '--', 'origin', spec];
  return { args, reaches: 'server' };
}
