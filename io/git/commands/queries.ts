/** Commands that read a repository, the user's settings or a list of a server, and change nothing. */
import { type GitCommand, inputLines, isObjectId, objectId, refName } from './command.ts';

/** Lists the objects that all refs name. Git fails when one of them is broken. */
export function checkRefs(): GitCommand {
  return { args: ['for-each-ref', '--format=%(objecttype)'] };
}

/** Checks all objects of a clone. Git fails when one of them is damaged, or missing without a server that has it. */
export function checkObjects(): GitCommand {
  return { args: ['fsck', '--no-dangling', '--no-progress'] };
}

/** Prints an address as the user's settings rewrite it. */
export function rewriteAddress(url: string): GitCommand {
  return { args: ['ls-remote', '--get-url', '--', url], reaches: 'settings' };
}

/**
 * Lists the directories of other users that the settings allow git to read. Git exits with 1 when the
 * list is empty.
 */
export function listSafeDirectories(settings: 'global' | 'system'): GitCommand {
  const options = ['--includes', '--null', '--type=path', '--get-all'];
  return {
    args: ['config', `--${settings}`, ...options, 'safe.directory'],
    answers: [1],
    reaches: 'settings',
  };
}

/**
 * Lists all files of the last fetch with their sizes.
 *
 * @param maxOutput - maximum size of the list, in bytes
 */
export function listFetched(maxOutput: number): GitCommand {
  return { args: ['ls-tree', '-r', '-l', '-z', '--full-tree', 'FETCH_HEAD'], maxOutput };
}

/** Lists the tags of the server with the object ids that they name. */
export function listRemoteTags(): GitCommand {
  return { args: ['ls-remote', '--quiet', '--tags', 'origin'], reaches: 'server' };
}

/** Prints the object id of a ref. Git exits with 1 when the ref does not exist. */
export function readRef(ref: string): GitCommand {
  const name = ref === 'HEAD' ? ref : refName(ref);
  return { args: ['rev-parse', '--verify', '--quiet', '--end-of-options', name], answers: [1] };
}

/** Prints the id of the commit that a name resolves to. Git exits with 1 when there is no such commit. */
export function resolveCommit(name: string): GitCommand {
  const commit = `${name}^{commit}`;
  return { args: ['rev-parse', '--verify', '--quiet', '--end-of-options', commit], answers: [1] };
}

/** Tests whether a commit equals another one or is its ancestor. Git exits with 0 for yes and with 1 for no. */
export function isAncestor(ancestor: string, commit: string): GitCommand {
  const args = ['merge-base', '--is-ancestor', objectId(ancestor), objectId(commit)];
  return { args, answers: [1] };
}

/** Prints the newest common ancestor of two commits. Git exits with 1 when they have no common ancestor. */
export function mergeBase(a: string, b: string): GitCommand {
  return { args: ['merge-base', objectId(a), objectId(b)], answers: [1] };
}

/** Lists the ids of a commit, given by its id or by a ref, and of all its ancestors. */
export function listAncestors(commit: string): GitCommand {
  const name = isObjectId(commit) ? commit : refName(commit);
  return { args: ['rev-list', '--end-of-options', name, '--'] };
}

/** Lists the ids of all objects at or below some paths; a `?` marks those that the clone lacks. */
export function listMissing(commit: string, paths: readonly string[]): GitCommand {
  const walk = ['rev-list', '--objects', '--missing=print', `${objectId(commit)}^{tree}`];
  return { args: ['--literal-pathspecs', ...walk, '--', ...paths] };
}

/** Maximum size of a list of files, in bytes. It is enough for 500,000 of them. */
const maxListing = 128 * 1024 ** 2;

/** Lists files, directories and their sizes at or below some paths; without paths, all of a commit. */
export function listTree(commit: string, paths: readonly string[]): GitCommand {
  const options = ['-r', '-t', '-l', '-z', '--full-tree'];
  const maxOutput = maxListing;
  return { args: ['ls-tree', ...options, objectId(commit), '--', ...paths], maxOutput };
}

/** Lists files at or below some paths. */
export function listFiles(commit: string, paths: readonly string[]): GitCommand {
  const options = ['-r', '-z', '--full-tree'];
  const maxOutput = maxListing;
  return { args: ['ls-tree', ...options, objectId(commit), '--', ...paths], maxOutput };
}

/** Lists the folders directly below a path. */
export function listFolders(commit: string, path: string): GitCommand {
  const options = ['-d', '-z', '--name-only', '--full-tree'];
  const maxOutput = maxListing;
  return { args: ['ls-tree', ...options, objectId(commit), '--', `${path}/`], maxOutput };
}

/** Prints the types, sizes and contents of objects. */
export function readObjects(oids: readonly string[]): GitCommand {
  return { args: ['cat-file', '--batch'], input: inputLines(oids.map(objectId)) };
}

/** Prints git's verdict on a commit's signature, as one letter. */
export function gradeSignature(commit: string): GitCommand {
  return { args: ['log', '-1', '--no-show-signature', '--format=%G?', objectId(commit), '--'] };
}

/** Tests whether a tag is signed by a trusted key. Git exits with 0 for yes and with 1 for no. */
export function verifyTag(oid: string): GitCommand {
  return { args: ['verify-tag', objectId(oid)], answers: [1] };
}

/**
 * Prints the lines in which two commits differ below one path, except below some others. Runs in the Git directory as in
 * that of a bare repository: the .gitattributes of a work tree, which belong to a branch, could hide lines.
 */
export function diffLines(
  base: string,
  head: string,
  paths: { readonly within: string; readonly except: readonly string[] },
): GitCommand {
  const options = ['--unified=0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames'];
  const prefixes = ['--src-prefix=a/', '--dst-prefix=b/'];
  const compared = [objectId(base), objectId(head)];
  const but = paths.except.map((path) => `:(top,exclude,literal)${path}`);
  const all = `:(top,literal)${paths.within}`;
  return { args: ['--bare', 'diff', ...options, ...prefixes, ...compared, '--', all, ...but] };
}

/** Lists the files below the current directory that differ from the newest commit, and those that git does not know. */
export function listUncommitted(): GitCommand {
  const options = ['--porcelain', '-z', '--untracked-files=all', '--no-renames'];
  const settings = ['--no-optional-locks', '-c', 'core.symlinks=true'];
  return { args: [...settings, 'status', ...options, '--', '.'] };
}

/** Prints the path of the index, relative to the current directory. */
export function locateIndex(): GitCommand {
  return { args: ['rev-parse', '--git-path', 'index'] };
}

/** Prints the folder of the objects, relative to the current directory. */
export function locateObjects(): GitCommand {
  return { args: ['rev-parse', '--git-path', 'objects'] };
}

/** Prints the values of attributes for each path, as records of a path, an attribute and its value. */
export function readAttributes(names: readonly string[], paths: readonly string[]): GitCommand {
  const input = paths.map((path) => `${path}\0`).join('');
  return { args: ['check-attr', '--stdin', '-z', ...names], input };
}

/**
 * Lists the files below a path that each commit of a branch changes, newest commit first. A merge counts as one
 * change of the branch.
 *
 * @param since - time of the oldest commit, in seconds since the epoch
 */
export function logChanges(commit: string, since: number, path: string): GitCommand {
  const walk = ['--first-parent', '-m', `--max-age=${Math.floor(since)}`];
  const format = ['--raw', '-z', '--no-abbrev', '--no-renames', '--no-show-signature'];
  const below = `:(top,literal)${path}`;
  return { args: ['log', ...walk, ...format, '--format=@%ct', objectId(commit), '--', below] };
}

/**
 * Lists the files below a path that commits of a branch delete, newest commit first: after `@`, the ids of each commit
 * and of its parents, and then its files. A merge counts as one commit of the branch.
 *
 * @param before - a commit of the branch; the list ends before it
 */
export function logDeletions(before: string, commit: string, path: string): GitCommand {
  const walk = ['--first-parent', '-m', '--diff-filter=D', '--name-only', '--no-renames'];
  const format = ['-z', '--no-show-signature', '--format=@%H %P'];
  const range = [objectId(commit), `^${objectId(before)}`];
  return { args: ['log', ...walk, ...format, ...range, '--', `:(top,literal)${path}`] };
}

/**
 * Prints the newest commit of a branch that changes files below some paths, in three fields: its id, the ids of its
 * parents, and the commits that its trailers name.
 */
export function logRender(commit: string, paths: readonly string[]): GitCommand {
  const trailer = '%(trailers:key=Regatta-Source-Commit,valueonly,separator=%x20)';
  const format = `--format=%H%x00%P%x00${trailer}%x00`;
  const walk = ['-1', '--first-parent', '--no-show-signature', format];
  const below = paths.map((path) => `:(top,literal)${path}`);
  return { args: ['log', ...walk, objectId(commit), '--', ...below] };
}

/** Tests whether two commits differ outside of some folders. Git exits with 0 for no and with 1 for yes. */
export function differsOutside(a: string, b: string, folders: readonly string[]): GitCommand {
  const but = folders.map((path) => `:(top,exclude,literal)${path}`);
  const compare = ['diff-tree', '-r', '--quiet', '--no-renames', objectId(a), objectId(b)];
  return { args: [...compare, '--', ':(top)', ...but], answers: [1] };
}

/** Prints the time of a commit, in seconds since the epoch. */
export function commitTime(commit: string): GitCommand {
  return { args: ['log', '-1', '--no-show-signature', '--format=%ct', objectId(commit), '--'] };
}

/** Prints the address of the remote `origin`. Git exits with 1 when the repository has no such remote. */
export function readOriginAddress(): GitCommand {
  return { args: ['config', '--local', '--get', 'remote.origin.url'], answers: [1] };
}

/** Prints the root of the work tree, the path of the current directory below it, and the Git directory. */
export function locate(): GitCommand {
  return { args: ['rev-parse', '--show-toplevel', '--show-prefix', '--absolute-git-dir'] };
}

/** Prints the Git directory that all work trees of a repository share. A relative path starts at the current directory. */
export function locateShared(): GitCommand {
  return { args: ['rev-parse', '--git-common-dir'] };
}

/** Lists the work trees of a repository, with their attributes. */
export function listWorkTrees(): GitCommand {
  return { args: ['worktree', 'list', '--porcelain'] };
}

/**
 * Lists the values of core.hooksPath, each after the scope that sets it; the last value applies. Git exits with 1
 * when the list is empty.
 */
export function listHooksPaths(): GitCommand {
  const options = ['--null', '--show-scope', '--type=path', '--get-all'];
  return { args: ['config', ...options, 'core.hooksPath'], answers: [1], reaches: 'settings' };
}

/** Prints `true` for a shallow clone, and `false` otherwise. */
export function isShallow(): GitCommand {
  return { args: ['rev-parse', '--is-shallow-repository'] };
}

/** Tests whether something is staged. Git exits with 0 for no and with 1 for yes. */
export function hasStaged(): GitCommand {
  return { args: ['diff', '--cached', '--quiet'], answers: [1] };
}
