import type { Clock } from '../ports/machine.ts';
import { aborted } from './trigger.ts';

/** Maximum time for the work after a stop, in milliseconds. */
const stopMs = 4000;

/** Resolves when the work has ended, or soon after a stop: a server that does not answer must not delay the stop. */
export async function endSoon(work: Promise<void>, clock: Clock, stop: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const late = aborted(stop).then(() => clock.sleep(stopMs, ended.signal));
  late.catch(() => {});
  await Promise.race([work, late]);
  ended.abort();
}
