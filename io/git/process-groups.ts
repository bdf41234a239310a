/** Bounds the processes that git starts: their number, and their life. */
import type { ChildProcess } from 'node:child_process';
import { endAtExit } from '../child/at-exit.ts';
import { namesIn } from '../files/names.ts';
import { statOf } from '../process-identity.ts';

/** Maximum number of git commands that run at once. */
const maxCommands = 8;

/** Maximum number of processes that one git command may start: a fetch needs about five. */
const maxProcesses = 30;

/** Interval between two counts of processes, in milliseconds. */
const countMs = 500;

/** Time between SIGTERM and SIGKILL, in milliseconds. */
const graceMs = 2000;

let free = maxCommands;
const waiting: (() => void)[] = [];

/** Resolves when fewer than eight git commands run. The caller must call `endCommand` afterwards. */
export async function beginCommand(signal: AbortSignal): Promise<void> {
  if (free > 0) {
    free--;
    return;
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => {
    waiting.splice(waiting.indexOf(resolve), 1);
    reject(signal.reason);
  };
  waiting.push(resolve);
  signal.addEventListener('abort', abort);
  await promise.finally(() => signal.removeEventListener('abort', abort));
}

/** Passes the place of a command that has ended to the next one. */
export function endCommand(): void {
  const next = waiting.shift();
  if (next === undefined) free++;
  else next();
}

/**
 * Ends the group of a git process when this process ends, and when git starts too many processes: git before
 * 2.44 does so without end if it lacks objects that the server lacks too.
 *
 * @param runaway - called before the end of a group with too many processes
 */
export function watchGroup(child: ChildProcess, runaway: (processes: number) => void): void {
  endAtExit(child, () => signalGroup(child, 'SIGKILL'));
  const timer = setInterval(() => {
    const processes = countGroup(child.pid);
    if (processes <= maxProcesses) return;
    runaway(processes);
    signalGroup(child, 'SIGKILL');
  }, countMs);
  child.once('close', () => clearInterval(timer));
}

/** Ends a process group: first with SIGTERM, so that git removes its lock files, then with SIGKILL. */
export function endGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  child.once('close', () => clearTimeout(timer));
}

function signalGroup({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // The whole group has already ended.
  }
}

/** Returns the number of processes in a group; 0 on systems without /proc. */
function countGroup(id: number | undefined): number {
  const ids = namesIn('/proc').filter((name) => /^\d+$/.test(name));
  return ids.filter((pid) => statOf(Number(pid))?.group === id).length;
}
