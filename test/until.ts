import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `probe` repeatedly, a moment apart, until it returns anything other than undefined or
 * false, and resolves to that.
 *
 * @param what - the expected condition, for the error message
 * @throws Error after `timeoutMs`; its cause is the error of the last probe, if it threw one
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  while (performance.now() < deadline) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(25);
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`, { cause });
}
