import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { GitCommand } from './commands/command.ts';
import { gitEnvironment, type Reach } from './environment.ts';

/** A git process that prints nothing for this long has hung, in milliseconds. */
const silenceMs = 60_000;

/** A git process that was told to end is killed after this time, in milliseconds. */
const graceMs = 2000;

/** How much of standard error is kept for an error's message, in bytes. */
const keptStderr = 8192;

/** The settings and environment of a git process. */
export interface GitHow extends Reach {
  /** `name=value`; nothing secret, because it becomes an argument. */
  readonly config?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Merges two settings; the second one wins. */
export function withHow(base: GitHow, more: GitHow = {}): GitHow {
  return {
    ...base,
    ...more,
    config: [...(base.config ?? []), ...(more.config ?? [])],
    environment: { ...base.environment, ...more.environment },
  };
}

/** What a git process answered. Its exit code is 0 or one that the command declares as an answer. */
export interface GitAnswer {
  readonly code: number;
  readonly output: Buffer;
}

/** A git process failed. Holds the end of standard error, and never anything of standard output. */
export class GitError extends Error {
  override name = 'GitError';
  /** The last bytes of standard error, without credentials. */
  readonly stderr: string;

  constructor(message: string, stderr: string) {
    super(message);
    this.stderr = stderr;
  }
}

/**
 * Runs git in a directory. This function is the only one that starts git.
 *
 * @throws GitError when git ends with a code that the command does not declare, or by a signal
 */
export async function runGit(
  directory: string,
  command: GitCommand,
  signal: AbortSignal,
  how: GitHow = {},
): Promise<GitAnswer> {
  signal.throwIfAborted();
  const settings = [...ownSettings, ...(how.config ?? [])].flatMap((setting) => ['-c', setting]);
  const child = spawn('git', [...settings, ...command.args], {
    cwd: directory,
    env: { ...gitEnvironment(command, how), ...how.environment },
    // A group of its own: git and all that it has started end together.
    detached: true,
  });
  const ended = await endOf(child, command, signal);
  signal.throwIfAborted();
  const { code, output } = ended;
  if (code !== null && (code === 0 || command.answers?.includes(code))) return { code, output };
  throw errorOf(command, ended);
}

/** How a process ended: `code` is null after a signal. */
interface Ended {
  readonly code: number | null;
  readonly reason: string;
  readonly output: Buffer;
  readonly stderr: string;
}

function endOf(
  child: ChildProcessWithoutNullStreams,
  { input = '', maxOutput = Number.POSITIVE_INFINITY }: GitCommand,
  signal: AbortSignal,
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const chunks: Buffer[] = [];
  let errors = Buffer.alloc(0);
  let printed = 0;
  let stopped = '';
  const abort = () => endGroup(child);
  const stop = (why: string) => {
    stopped = why;
    abort();
  };
  const silence = setTimeout(stop, silenceMs, `printed nothing for ${silenceMs / 1000} s`);
  child.stdout.on('data', (chunk: Buffer) => {
    silence.refresh();
    printed += chunk.length;
    if (printed <= maxOutput) chunks.push(chunk);
    else if (stopped === '') stop(`printed more than ${maxOutput} bytes`);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    silence.refresh();
    errors = Buffer.concat([errors, chunk]).subarray(-keptStderr);
  });
  child.on('error', reject);
  child.on('close', (code, by) => {
    const ending = by === null ? `ended with status ${code}` : `was ended by ${by}`;
    const failed = stopped !== '' || by !== null;
    resolve({
      code: failed ? null : code,
      reason: stopped || ending,
      output: Buffer.concat(chunks),
      stderr: `${errors}`,
    });
  });
  signal.addEventListener('abort', abort);
  // A process that does not read its input says why by its exit.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return promise.finally(() => {
    clearTimeout(silence);
    signal.removeEventListener('abort', abort);
  });
}

/** Ends a process and all that it has started: first so that git removes its locks, then at once. */
function endGroup(child: ChildProcessWithoutNullStreams): void {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  child.once('close', () => clearTimeout(timer));
}

function signalGroup({ pid }: ChildProcessWithoutNullStreams, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // The whole group has ended.
  }
}

/** The longest message that an error has, in characters. */
const longestMessage = 1000;

/** Takes git's own words where it gave some, but only after an exit: who is killed explains nothing. */
function errorOf({ args }: GitCommand, { code, reason, stderr }: Ended): GitError {
  const text = redact(stderr);
  const lines = text.trim().split(/[\r\n]+/);
  const line =
    lines.findLast((line) => /^(fatal|error):/.test(line)) ??
    lines.findLast((line) => line.startsWith('remote:'));
  const name = args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-c');
  const own = `git ${name} ${reason}`;
  const message = line === undefined ? own : code === null ? `${own}: ${line}` : line;
  return new GitError(message.slice(0, longestMessage), text);
}

/** Faults that old commits of honest repositories have. */
const harmless = ['badTimezone', 'missingSpaceBeforeDate', 'zeroPaddedFilemode'];

/** Settings that make git safe against what a repository may hold. */
const ownSettings: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.symlinks=false',
  'core.autocrlf=false',
  'core.quotePath=false',
  'gc.autoDetach=false',
  'protocol.ext.allow=never',
  'user.name=regatta',
  'user.email=regatta@localhost',
  'commit.gpgSign=false',
  'fetch.recurseSubmodules=false',
  'submodule.recurse=false',
  // Git does not hold larger files in memory.
  'core.bigFileThreshold=4m',
  'fetch.fsckObjects=true',
  // A fetch is one file until it is complete, so that its size can be measured.
  'fetch.unpackLimit=1',
  ...harmless.map((fault) => `fetch.fsck.${fault}=ignore`),
];

/** Removes the user and password that a URL may carry. */
export function redact(text: string): string {
  return text.replace(/(\w:\/\/)[^/@\s]+@/g, '$1');
}
