/** The thread that shows progress: the main thread may be busy, so that no timer would fire there. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { firstMs, type ProgressData, states } from './progress-state.ts';

const { state, what, started } = workerData as ProgressData;
const everyMs = 200;
const frames = ['|', '/', '-', '\\'];

let frame = 0;
while (Atomics.load(state, 0) !== states.ended) {
  const ms = Date.now() - started;
  if (ms >= firstMs) draw(ms);
  // The main thread ends the wait when the work has ended.
  Atomics.wait(state, 1, 0, everyMs);
}

function draw(ms: number): void {
  const before = Atomics.load(state, 0);
  if (before === states.ended) return;
  // The main thread prints only while nothing is being drawn.
  if (Atomics.compareExchange(state, 0, before, states.drawing) !== before) return;
  writeSync(2, `\r\u001b[K${frames[frame++ % frames.length]} ${what} (${Math.floor(ms / 1000)} s)`);
  Atomics.store(state, 0, states.drawn);
  Atomics.notify(state, 0);
}
