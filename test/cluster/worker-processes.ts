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

/**
 * Returns the most memory that a syncer and its present workers have held, in bytes. As in the memory of a container,
 * the pages of Node's own file, which the processes share, count once.
 */
export function peakOf(syncer: SyncerProcess): number {
  const own = memoryOf(syncer.pid).peak;
  return workersOf(syncer)
    .map(memoryOf)
    .reduce((sum, { peak, files }) => sum + peak - files, own);
}

function memoryOf(pid: number): { readonly peak: number; readonly files: number } {
  const status = textOf(`/proc/${pid}/status`);
  const bytes = (field: string) =>
    Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  return { peak: bytes('VmHWM'), files: bytes('RssFile') };
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
