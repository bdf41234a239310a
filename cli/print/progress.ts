import { Worker } from 'node:worker_threads';
import { type ProgressData, states } from './progress-state.ts';

/** The state that the thread draws; undefined while no command shows progress. */
let shared: Int32Array | undefined;

/**
 * Shows on standard error what a command does and for how long, in one line, if it takes longer than a second. Shows
 * nothing where standard error is not a terminal, or in a CI system.
 *
 * @param what - such as `compiling`
 */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  if (!showsProgress(process.stderr, process.env) || shared !== undefined) return work();
  const state = new Int32Array(new SharedArrayBuffer(8));
  shared = state;
  const worker = start({ state, what, started: Date.now() });
  try {
    return await work();
  } finally {
    clear(state, states.ended);
    Atomics.store(state, 1, 1);
    Atomics.notify(state, 1);
    shared = undefined;
    worker.unref();
  }
}

/** Reports whether a stream is a terminal that people watch. */
function showsProgress(
  { isTTY }: { readonly isTTY?: boolean },
  { CI, TERM }: NodeJS.ProcessEnv,
): boolean {
  return isTTY === true && !CI && TERM !== 'dumb';
}

/** Removes the line of progress before other output. It appears again while the command goes on. */
export function clearProgress(): void {
  if (shared !== undefined) clear(shared, states.clear);
}

function clear(state: Int32Array, next: number): void {
  for (;;) {
    const before = Atomics.load(state, 0);
    if (before === states.drawing) {
      Atomics.wait(state, 0, states.drawing, 10);
    } else if (Atomics.compareExchange(state, 0, before, next) === before) {
      if (before === states.drawn) process.stderr.write('\r\u001b[K');
      return;
    }
  }
}

function start(workerData: ProgressData): Worker {
  // The build puts the thread's bundle beside this chunk.
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'mjs';
  return new Worker(new URL(`progress-thread.${extension}`, import.meta.url), { workerData });
}
