import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDuration } from '#model/duration.ts';
import { codeCache } from './code-cache.ts';
import { endTree, endWithThisProcess } from './end-tree.ts';
import { processTree } from './process-tree.ts';

/** Limits of a child process together with all processes that it starts. */
export interface ProcessLimits {
  /** Maximum memory, in bytes. */
  readonly bytes: number;
  /** Maximum duration, in milliseconds. */
  readonly ms: number;
}

/** A run of Node in a child process. */
export interface LimitedRun {
  /** The program and its arguments. */
  readonly args: readonly string[];
  /** The start of messages, such as `the compile`. */
  readonly subject: string;
  readonly limits: ProcessLimits;
  readonly stdio: SpawnOptions['stdio'];
  /** Called with each message of a process that `stdio` gives an IPC channel. */
  readonly onMessage?: (message: unknown) => void;
}

/** A child process exceeded a limit and was killed. */
export class LimitError extends Error {
  override name = 'LimitError';
}

const mebibyte = 1024 ** 2;

/** Interval between two measurements of the memory, in milliseconds. `ps` takes longer than /proc. */
const lookMs = process.platform === 'linux' ? 50 : 1000;

/**
 * Runs Node in a child process, and kills it with everything that it started if it exceeds a limit. The process
 * has a process group and a folder for temporary files of its own, which end with it.
 *
 * @returns the exit status of the process
 * @throws LimitError, such as `the compile needed more than 1024 MiB`
 * @throws Error when the process cannot start or a signal ended it
 * @throws the reason of `signal` when it aborts
 */
export async function runLimited(run: LimitedRun, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const temporary = await mkdtemp(join(tmpdir(), 'regatta-child-'));
  const child = startNode(run, temporary);
  try {
    return await endOf(child, run, signal);
  } finally {
    if (child.exitCode === null && child.signalCode === null) endTree(child);
    await rm(temporary, { recursive: true, force: true });
  }
}

function startNode(
  { args, limits, stdio, onMessage }: LimitedRun,
  temporary: string,
): ChildProcess {
  // Otherwise V8 would end the process earlier, at a limit that depends on the machine.
  const heap = `--max-old-space-size=${Math.ceil(limits.bytes / mebibyte)}`;
  const env = { ...process.env, ...codeCache(), TMPDIR: temporary };
  const child = spawn(process.execPath, [heap, ...args], { stdio, env, detached: true });
  endWithThisProcess(child);
  if (onMessage !== undefined) child.on('message', onMessage);
  return child;
}

async function endOf(
  child: ChildProcess,
  { subject, limits: { bytes, ms } }: LimitedRun,
  signal: AbortSignal,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const exceeded = (how: string) => reject(new LimitError(`${subject} ${how}`));
  const tooLarge = () => exceeded(`needed more than ${bytes / mebibyte} MiB`);
  const stop = () => reject(signal.reason);
  const look = setInterval(() => memoryOf(child) > bytes && tooLarge(), lookMs);
  const timer = setTimeout(() => exceeded(`took more than ${formatDuration(ms)}`), ms);
  signal.addEventListener('abort', stop);
  child.once('error', reject);
  child.once('close', (status, by) => {
    if (status !== null) resolve(status);
    // Node aborts when its heap is full.
    else if (by === 'SIGABRT') tooLarge();
    else reject(new Error(`${subject} was ended by ${by}`));
  });
  try {
    return await promise;
  } finally {
    clearInterval(look);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function memoryOf({ pid }: ChildProcess): number {
  return pid === undefined ? 0 : processTree(pid).reduce((sum, { bytes }) => sum + bytes, 0);
}
