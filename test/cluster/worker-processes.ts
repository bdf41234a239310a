/** The processes in which a running syncer serves its member clusters. */
import { readFileSync } from 'node:fs';
import { until } from '#test/until.ts';
import type { SyncerProcess } from './syncer-process.ts';

/** Returns the ids of the processes of a syncer that serve clusters, older ones first. */
export function workersOf({ pid }: Pick<SyncerProcess, 'pid'>): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  const pids = children.filter((word) => word !== '').map(Number);
  return pids.filter((child) => textOf(`/proc/${child}/cmdline`).includes('members-process'));
}

/** Resolves to the newest process of a syncer that serves clusters, after there is one. */
export function newestWorker(syncer: SyncerProcess): Promise<number> {
  return until('a worker', async () => workersOf(syncer).at(-1), 30_000);
}

/** Returns the cluster whose answer a process is reading; '' for none. */
export function markOf(worker: number): string {
  return textOf(`/proc/${worker}/fd/4`).replaceAll('\0', '');
}

/** Returns the most memory that a syncer and its present workers have held, in bytes. */
export function peakOf(syncer: SyncerProcess): number {
  const peaks = [syncer.pid, ...workersOf(syncer)].map((pid) => {
    return Number(/VmHWM:\s+(\d+) kB/.exec(textOf(`/proc/${pid}/status`))?.[1]) * 1024;
  });
  return peaks.reduce((sum, bytes) => sum + bytes);
}

/** Reports whether a process has ended. */
export function hasGone(pid: number): boolean {
  return (
    /^State:\s+[ZX]/m.test(textOf(`/proc/${pid}/status`)) || textOf(`/proc/${pid}/status`) === ''
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
