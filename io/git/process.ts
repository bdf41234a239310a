import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorMessage } from '#model/error.ts';
import type { GitCommand } from './commands/command.ts';
import { gitEnvironment, type Reach } from './environment.ts';
import { beginCommand, endCommand, endGroup, watchGroup } from './process-groups.ts';

/** A git process that prints nothing for this long counts as hung, in milliseconds. */
const silenceMs = 60_000;

/** A Git server that sends nothing for this long is reported, in milliseconds. */
const quietMs = 10_000;

/** Maximum size of the end of standard error that error messages use, in bytes. */
const keptStderr = 8192;

/** The settings and environment of a git process. */
export interface GitHow extends Reach {
  /** Settings as `name=value`. They become arguments, so they must not be secret. */
  readonly config?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Called when a command that asks a server has printed nothing for `ms` milliseconds. The command goes on. */
  readonly onSilence?: ((ms: number) => void) | undefined;
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

/** The result of a git process. The exit code is 0, or one that the command declares as an answer. */
export interface GitAnswer {
  readonly code: number;
  readonly output: Buffer;
  /** The last bytes of standard error. git warns there of refs that it did not fetch. */
  readonly stderr: string;
}

/** A git process failed. The error holds the end of standard error, and nothing of standard output. */
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
 * Runs git in a directory. Only this function starts git.
 *
 * @throws GitError when git exits with a code that the command does not declare, or is killed by a signal
 */
export async function runGit(
  directory: string,
  command: GitCommand,
  signal: AbortSignal,
  how: GitHow = {},
): Promise<GitAnswer> {
  signal.throwIfAborted();
  await beginCommand(signal);
  const exit = await exitIn(directory, command, signal, how).finally(endCommand);
  signal.throwIfAborted();
  const { code, output, stderr } = exit;
  const isAnswer = code === 0 || (code !== null && command.answers?.includes(code));
  if (isAnswer) return { code, output, stderr };
  throw errorOf(command, exit, directory);
}

async function exitIn(
  directory: string,
  command: GitCommand,
  signal: AbortSignal,
  how: GitHow,
): Promise<Exit> {
  const settings = [...ownSettings, ...(how.config ?? [])].flatMap((setting) => ['-c', setting]);
  const onSilence = command.reaches === 'server' ? how.onSilence : undefined;
  const env = { ...gitEnvironment(command, how), ...how.environment };
  try {
    const child = spawn('git', [...settings, ...command.args], {
      cwd: directory,
      env,
      // Starts a new process group, so that one signal ends git and its child processes.
      detached: true,
    });
    return await exitOf(child, command, signal, onSilence);
  } catch (error) {
    throw startError(error, directory);
  }
}

/** Says why git did not start: Node reports a missing directory and a missing program in the same way. */
function startError(error: unknown, directory: string): Error {
  const stats = statSync(directory, { throwIfNoEntry: false });
  const message = stats?.isDirectory()
    ? `cannot start git (${errorMessage(error)}): install git, and put it in the PATH`
    : `${resolve(directory)} is not a directory: check the path`;
  return new Error(message, { cause: error });
}

/** How a process ended. `code` is null when Regatta stopped the process or a signal killed it. */
interface Exit {
  readonly code: number | null;
  readonly reason: string;
  readonly output: Buffer;
  readonly stderr: string;
}

function exitOf(
  child: ChildProcessWithoutNullStreams,
  { input = '', maxOutput = Number.POSITIVE_INFINITY }: GitCommand,
  signal: AbortSignal,
  onQuiet: GitHow['onSilence'],
): Promise<Exit> {
  const { promise, resolve, reject } = Promise.withResolvers<Exit>();
  const chunks: Buffer[] = [];
  let errors = Buffer.alloc(0);
  let printed = 0;
  let stopped = '';
  const abort = () => endGroup(child);
  const stop = (why: string) => {
    stopped = why;
    abort();
  };
  watchGroup(child, (many) => (stopped = runaway(many)));
  const endWatch = watchSilence(child, onQuiet, () => stop(hung));
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.length;
    if (printed <= maxOutput) chunks.push(chunk);
    else if (stopped === '') stop(`printed more than ${maxOutput} bytes`);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors = Buffer.concat([errors, chunk]).subarray(-keptStderr);
  });
  child.on('error', reject);
  child.on('close', (code, by) => {
    const output = Buffer.concat(chunks);
    resolve({ ...describeEnd(code, by, stopped), output, stderr: `${errors}` });
  });
  signal.addEventListener('abort', abort);
  // If git closes its input early, its exit code and standard error say why.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return promise.finally(() => {
    endWatch();
    signal.removeEventListener('abort', abort);
  });
}

const hung = `printed nothing for ${silenceMs / 1000} s`;

/** Calls a function when a process has printed nothing for some time. Returns a function that ends the watch. */
function watchSilence(
  { stdout, stderr }: ChildProcessWithoutNullStreams,
  onQuiet: GitHow['onSilence'],
  onHung: () => void,
): () => void {
  const timers = [setTimeout(() => onQuiet?.(quietMs), quietMs), setTimeout(onHung, silenceMs)];
  const printed = () => {
    for (const timer of timers) timer.refresh();
  };
  for (const stream of [stdout, stderr]) stream.on('data', printed);
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

function runaway(processes: number): string {
  return `started ${processes} processes, as it does when objects are missing on the server`;
}

function describeEnd(
  code: number | null,
  by: NodeJS.Signals | null,
  stopped: string,
): Pick<Exit, 'code' | 'reason'> {
  const reason = by === null ? `exited with status ${code}` : `was killed by ${by}`;
  return stopped !== '' || by !== null
    ? { code: null, reason: stopped || reason }
    : { code, reason };
}

/** Maximum length of an error's message, in characters. */
const longestMessage = 1000;

/**
 * Returns the error of a failed process, with the message that git printed. A process that was killed
 * may have printed no message, so its error names the reason first.
 */
function errorOf(
  { args }: GitCommand,
  { code, reason, stderr }: Exit,
  directory: string,
): GitError {
  const text = redact(stderr);
  if (/^fatal: not a git repository/m.test(text)) {
    const what = `${resolve(directory)} is not in a Git repository`;
    return new GitError(
      `${what}: name a clone of the fleet repository, or run git init there`,
      text,
    );
  }
  const lines = text.trim().split(/[\r\n]+/);
  const line =
    lines.findLast((line) => /^(fatal|error):/.test(line)) ??
    lines.findLast((line) => line.startsWith('remote:'));
  const name = args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-c');
  const own = `git ${name} ${reason}`;
  const message = line === undefined ? own : code === null ? `${own}: ${line}` : line;
  return new GitError(message.slice(0, longestMessage), text);
}

/** Faults that fsck finds in old commits of legitimate repositories. */
const harmless = ['badTimezone', 'missingSpaceBeforeDate', 'zeroPaddedFilemode'];

/** Settings that protect git against the content of a repository. */
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
  // Git streams larger files instead of holding them in memory.
  'core.bigFileThreshold=4m',
  'fetch.fsckObjects=true',
  // Git writes each fetch into one pack file, so that its size can be measured.
  'fetch.unpackLimit=1',
  ...harmless.map((fault) => `fetch.fsck.${fault}=ignore`),
];

/** Removes user names and passwords from the URLs in a text. */
export function redact(text: string): string {
  return text.replace(/(\w:\/\/)[^/\s]+@/g, '$1');
}
