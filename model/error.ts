/** Returns the message of anything that was thrown. An error of the file system becomes a sentence. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return fileSystemMessage(error) ?? error.message;
}

/** What the operating system says about a call, as Node adds it to an error. */
interface SystemFacts {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly path?: unknown;
  readonly dest?: unknown;
}

/** Says what could not be done, why, and what to try; undefined for errors that are not of the file system. */
function fileSystemMessage(error: Error & SystemFacts): string | undefined {
  const { code, syscall, path, dest } = error;
  const reason = typeof code === 'string' ? reasons[code] : undefined;
  const verb = typeof syscall === 'string' ? verbs[syscall] : undefined;
  if (reason === undefined || verb === undefined) return undefined;
  const [target = 'a file'] = [dest, path].filter((name) => typeof name === 'string');
  return `cannot ${verb} ${target}: ${reason}`;
}

/** The verb for each system call in messages, by the name of the call. */
const verbs: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(
    ['access', 'fstat', 'lstat', 'opendir', 'read', 'readlink', 'realpath', 'scandir', 'stat'].map(
      (call) => [call, 'read'],
    ),
  ),
  ...Object.fromEntries(
    ['copyfile', 'fsync', 'ftruncate', 'link', 'rename', 'symlink', 'write'].map((call) => [
      call,
      'write',
    ]),
  ),
  ...Object.fromEntries(['rm', 'rmdir', 'unlink'].map((call) => [call, 'remove'])),
  chdir: 'enter',
  chmod: 'change the permissions of',
  mkdir: 'create the folder',
  mkdtemp: 'create the folder',
  open: 'open',
  watch: 'watch',
};

/** Reasons with what to try, by the code of the operating system. */
const reasons: Readonly<Record<string, string | undefined>> = {
  EACCES: 'permission denied; check who owns it, and its permissions',
  EDQUOT: 'the disk quota is exceeded; free some space, and repeat the command',
  EEXIST: 'it exists already; remove it, or choose another name',
  EISDIR: 'it is a directory; name a file',
  ELOOP: 'it is a symbolic link, or its links lead in a circle; name the file itself',
  EMFILE: 'too many files are open; raise the limit of open files (ulimit -n)',
  ENAMETOOLONG: 'its name is too long; choose a shorter one',
  ENFILE: 'too many files are open in the whole system; end other programs',
  ENOENT: 'no such file or directory; check the path',
  ENOSPC: 'the disk is full; free some space, and repeat the command',
  ENOTDIR: 'a part of its path is not a directory; check the path',
  ENOTEMPTY: 'the directory is not empty; empty it first',
  EPERM: 'the system does not permit it; check who owns it, and its permissions',
  EROFS: 'the file system is read-only; choose another place',
};
