import { Worker } from 'node:worker_threads';

/**
 * Ends this process by SIGKILL after `ms` milliseconds, unless it has ended by then. A thread of its own does so,
 * because the main thread may stand still: neither a timer there nor `process.exit` in another thread would end it.
 */
export function killAfter(ms: number): void {
  // The build puts the thread's bundle beside this chunk.
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'mjs';
  const url = new URL(`watchdog-thread.${extension}`, import.meta.url);
  new Worker(url, { workerData: ms }).unref();
}
