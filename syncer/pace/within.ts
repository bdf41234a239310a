import type { Clock } from '../ports/machine.ts';

/** Returns the result of `work`; undefined if it fails, or takes longer than `limitMs`. Its signal then aborts. */
export async function within<T>(
  clock: Clock,
  limitMs: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const end = new AbortController();
  const signal = AbortSignal.any([stop, end.signal]);
  const nothing = () => undefined;
  const late = clock.sleep(limitMs, signal).then(nothing, nothing);
  try {
    return await Promise.race([work(signal).catch(nothing), late]);
  } finally {
    end.abort();
  }
}
