/**
 * Every git command that Regatta runs. Each has one form, in which no name can be read as an
 * option: names stand behind `--` or `--end-of-options`, behind a prefix of ours, or in standard
 * input. Each declares the exit codes that are answers; any other code, and any signal, is an error.
 */

/** One git command, ready to run. */
export interface GitCommand {
  readonly args: readonly string[];
  /** For standard input; empty unless given. */
  readonly input?: string;
  /** Exit codes besides 0 that are answers. */
  readonly answers?: readonly number[];
  /** What git gets of the user's environment: `server` to reach one, `settings` to read the user's. */
  readonly reaches?: 'server' | 'settings';
  /** How much git may print, in bytes; without a bound unless given. */
  readonly maxOutput?: number;
}

/** What a fetch of a branch brings. */
interface BranchFetch {
  readonly branch: string;
  /** The ref that it goes to. */
  readonly ref: string;
  /** Which contents come: those of all files, none, or commits alone. */
  readonly contents: 'all' | 'none' | 'commits';
  /** How many commits; all that the clone lacks unless given. */
  readonly depth?: number;
}

/** Options of each fetch. Progress tells a slow server from one that hangs. */
const fetchOptions = ['fetch', '--progress', '--no-tags', '--no-write-fetch-head'];

const filters = { all: '--no-filter', none: '--filter=blob:none', commits: '--filter=tree:0' };

/** Makes a bare repository in the current directory. */
export function initialise(): GitCommand {
  return { args: ['init', '--quiet', '--bare', '--template='] };
}

/** Reads what all refs name: fails when something of it is broken. */
export function checkRefs(): GitCommand {
  return { args: ['for-each-ref', '--format=%(objecttype)'] };
}

export function fetchBranch({ branch, ref, contents, depth }: BranchFetch): GitCommand {
  const depths = depth === undefined ? [] : [`--depth=${depth}`];
  const spec = `+refs/heads/${branchName(branch)}:${ref}\n`;
  return {
    args: [...fetchOptions, filters[contents], ...depths, '--stdin', 'origin'],
    input: spec,
    reaches: 'server',
  };
}

/** Fetches a branch with all contents, also of commits that the clone has. */
export function refetchBranch(branch: string): GitCommand {
  const spec = `+refs/heads/${branchName(branch)}:refs/regatta-whole/${branch}\n`;
  return {
    args: [...fetchOptions, '--refetch', '--no-filter', '--stdin', 'origin'],
    input: spec,
    reaches: 'server',
  };
}

/** Fetches objects by their ids. */
export function fetchObjects(oids: readonly string[]): GitCommand {
  // The commits that the clone has say nothing about these objects: the server is not told of them.
  const plain = ['-c', 'fetch.negotiationAlgorithm=noop'];
  return {
    args: [...plain, ...fetchOptions, '--filter=blob:none', '--stdin', 'origin'],
    input: lines(oids.map(objectId)),
    reaches: 'server',
  };
}

/** @param names - of tags, as `isRefName` takes them */
export function fetchTags(names: readonly string[]): GitCommand {
  return {
    args: [...fetchOptions, '--filter=blob:none', '--stdin', 'origin'],
    input: lines(names.map((name) => `+refs/tags/${name}:refs/regatta-tags/${name}`)),
    reaches: 'server',
  };
}

/** Fetches the newest commit of a ref from any address. */
export function fetchFrom(url: string, ref: string): GitCommand {
  const options = ['--quiet', '--depth=1', '--no-tags', '--stdin'];
  const source = ref === 'HEAD' ? ref : refName(ref, 'ref');
  return { args: ['fetch', ...options, '--', url], input: `${source}\n`, reaches: 'server' };
}

/** The address that the user's settings make of another one. */
export function rewriteAddress(url: string): GitCommand {
  return { args: ['ls-remote', '--get-url', '--', url], reaches: 'settings' };
}

/** Directories of other users that settings allow to be read; code 1 when there are none. */
export function listSafeDirectories(settings: 'global' | 'system'): GitCommand {
  const options = ['--includes', '--null', '--type=path', '--get-all'];
  return {
    args: ['config', `--${settings}`, ...options, 'safe.directory'],
    answers: [1],
    reaches: 'settings',
  };
}

/** All files that were fetched, with their sizes. @param maxOutput - how much git may print, in bytes */
export function listFetched(maxOutput: number): GitCommand {
  return { args: ['ls-tree', '-r', '-l', '-z', '--full-tree', 'FETCH_HEAD'], maxOutput };
}

export function archiveFetched(file: string): GitCommand {
  return { args: ['archive', '--format=tar', `--output=${file}`, 'FETCH_HEAD'] };
}

export function listRemoteTags(): GitCommand {
  return { args: ['ls-remote', '--quiet', '--tags', 'origin'], reaches: 'server' };
}

/** The object id that a ref names; code 1 when there is no such ref. */
export function readRef(ref: string): GitCommand {
  const name = ref === 'HEAD' ? ref : refName(ref, 'ref');
  return { args: ['rev-parse', '--verify', '--quiet', '--end-of-options', name], answers: [1] };
}

/** The id of the commit that a name means; code 1 when there is none. */
export function resolveCommit(name: string): GitCommand {
  const commit = `${name}^{commit}`;
  return { args: ['rev-parse', '--verify', '--quiet', '--end-of-options', commit], answers: [1] };
}

/** Sets a ref, if it still is at `before`; '' where it does not exist. */
export function moveRef(ref: string, before: string, after: string): GitCommand {
  const old = before === '' ? '0'.repeat(after.length) : objectId(before);
  return {
    args: ['update-ref', '--stdin'],
    input: `start\nupdate ${refName(ref, 'ref')} ${objectId(after)} ${old}\ncommit\n`,
  };
}

/** Whether a commit is another one or goes on from it: code 0 yes, 1 no. */
export function isAncestor(ancestor: string, commit: string): GitCommand {
  const args = ['merge-base', '--is-ancestor', objectId(ancestor), objectId(commit)];
  return { args, answers: [1] };
}

/** The newest commit that two have in common; code 1 when there is none. */
export function mergeBase(a: string, b: string): GitCommand {
  return { args: ['merge-base', objectId(a), objectId(b)], answers: [1] };
}

/** The ids of a commit, or of the commit that a ref names, and of all that it goes on from. */
export function listAncestors(commit: string): GitCommand {
  const name = isObjectId(commit) ? commit : refName(commit, 'ref');
  return { args: ['rev-list', '--end-of-options', name, '--'] };
}

/** The ids of all objects of some paths, those that the clone lacks with a `?` in front. */
export function listMissing(commit: string, paths: readonly string[]): GitCommand {
  const walk = ['rev-list', '--objects', '--missing=print', `${objectId(commit)}^{tree}`];
  return { args: ['--literal-pathspecs', ...walk, '--', ...paths] };
}

/** Files, directories and their sizes at or below some paths. */
export function listTree(commit: string, paths: readonly string[]): GitCommand {
  const options = ['-r', '-t', '-l', '-z', '--full-tree'];
  return { args: ['ls-tree', ...options, objectId(commit), '--', ...paths] };
}

/** Files at or below some paths. */
export function listFiles(commit: string, paths: readonly string[]): GitCommand {
  return { args: ['ls-tree', '-r', '-z', '--full-tree', objectId(commit), '--', ...paths] };
}

/** Types, sizes and contents of objects. */
export function readObjects(oids: readonly string[]): GitCommand {
  return { args: ['cat-file', '--batch'], input: lines(oids.map(objectId)) };
}

/** How good a commit's signature is, as one letter. */
export function gradeSignature(commit: string): GitCommand {
  return { args: ['log', '-1', '--no-show-signature', '--format=%G?', objectId(commit), '--'] };
}

/** Whether a tag is signed by a key that may sign: code 0 yes, 1 no. */
export function verifyTag(oid: string): GitCommand {
  return { args: ['verify-tag', objectId(oid)], answers: [1] };
}

/** The lines in which two commits differ, in some paths and not in others. */
export function diffLines(
  base: string,
  head: string,
  paths: { readonly within: string; readonly except: readonly string[] },
): GitCommand {
  const options = ['--unified=0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames'];
  const but = paths.except.map((path) => `:(top,exclude,literal)${path}`);
  const all = `:(top,literal)${paths.within}`;
  return { args: ['diff', ...options, objectId(base), objectId(head), '--', all, ...but] };
}

/** The root of the work tree, and where in it the current directory is. */
export function locate(): GitCommand {
  return { args: ['rev-parse', '--show-toplevel', '--show-prefix'] };
}

export function isShallow(): GitCommand {
  return { args: ['rev-parse', '--is-shallow-repository'] };
}

/**
 * A work tree has symbolic links as links. Whatever reads and writes in it follows none of them to the
 * outside (io/files/links.ts).
 */
const withLinks: readonly string[] = ['-c', 'core.symlinks=true'];

/** Makes a work tree with the files of a commit. */
export function addWorkTree(directory: string, commit: string): GitCommand {
  const options = ['--quiet', '--detach', '--force'];
  return { args: [...withLinks, 'worktree', 'add', ...options, '--', directory, objectId(commit)] };
}

/** Forgets work trees whose directory is gone. */
export function pruneWorkTrees(): GitCommand {
  return { args: ['worktree', 'prune'] };
}

export function stageAll(): GitCommand {
  return { args: [...withLinks, 'add', '--all', '--force', '--', '.'] };
}

/** Whether something is staged: code 0 no, 1 yes. */
export function hasStaged(): GitCommand {
  return { args: ['diff', '--cached', '--quiet'], answers: [1] };
}

export function commitStaged(message: string): GitCommand {
  return { args: ['commit', '--quiet', '--no-verify', '--file=-'], input: message };
}

export function pushTo(branch: string, commit: string): GitCommand {
  const spec = `${objectId(commit)}:refs/heads/${branchName(branch)}`;
  const args = ['push', '--quiet', '--no-verify', '--', 'origin', spec];
  return { args, reaches: 'server' };
}

/** @throws Error when something that has to be an object's id is none */
export function objectId(text: string): string {
  if (isObjectId(text)) return text;
  throw new Error(`${JSON.stringify(text.slice(0, 80))} is not the id of a Git object`);
}

export function isObjectId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** Whether a text can stand in a refspec as a name, and means nothing else there. */
export function isRefName(text: string): boolean {
  if (text === '' || [...text].some((letter) => letter <= ' ' || letter === '\x7f')) return false;
  return !/[~^:?*[\\]|\.\.|@\{|^[-+/]|\/$|\/\/|(^|\/)\.|\.$|\.lock$/.test(text);
}

function branchName(text: string): string {
  return refName(text, 'branch');
}

/** @throws Error when it is not the name of a ref */
function refName(text: string, what: 'branch' | 'ref'): string {
  if (isRefName(text)) return text;
  throw new Error(`${JSON.stringify(text)} is not the name of a ${what}`);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
