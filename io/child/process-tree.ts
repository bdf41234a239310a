/** Finds the processes that a process has started, and the memory that they hold. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { namesIn } from '../files/names.ts';

/** A running process. */
interface RunningProcess {
  readonly pid: number;
  /** Resident memory without the files of programs, which processes share, in bytes. */
  readonly bytes: number;
}

/**
 * Returns a process and all processes that it has started, or nothing if it has ended. Linux lists them in
 * /proc, and other systems by `ps`. The list is empty on Windows.
 */
export function processTree(pid: number): readonly RunningProcess[] {
  if (process.platform === 'win32') return [];
  return process.platform === 'linux' ? treeInProc(pid) : treeInListing(pid, listProcesses());
}

function treeInProc(pid: number): readonly RunningProcess[] {
  const bytes = memoryOf(pid);
  if (bytes === undefined) return [];
  return [{ pid, bytes }, ...childrenOf(pid).flatMap(treeInProc)];
}

/** Returns the memory of a process; undefined if it has ended. Kernels before 4.5 count the files of programs too. */
function memoryOf(pid: number): number | undefined {
  const status = read(`/proc/${pid}/status`);
  const [, kibibytes] = /^RssAnon:\s+(\d+)/m.exec(status) ?? /^VmRSS:\s+(\d+)/m.exec(status) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Returns the processes that the threads of a process have started and that still run. */
function childrenOf(pid: number): readonly number[] {
  const words = namesIn(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' '),
  );
  return words.filter((word) => word !== '').map(Number);
}

/** Reads a file of /proc. Returns '' if the process or its thread has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Lists all processes: process id, id of the parent process and memory in KiB in each line. */
function listProcesses(): string {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' });
}

/** Finds a process and all processes that it has started in the output of `ps`. */
export function treeInListing(pid: number, listing: string): readonly RunningProcess[] {
  const rows = listing.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const own = rows.find(([id]) => id === pid);
  if (own === undefined) return [];
  const children = rows.filter(([id, parent]) => parent === pid && id !== undefined);
  const below = children.flatMap(([id = 0]) => treeInListing(id, listing));
  return [{ pid, bytes: (own[2] ?? 0) * 1024 }, ...below];
}
