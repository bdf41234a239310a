import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#syncer/ports/machine.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  uptime: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};
