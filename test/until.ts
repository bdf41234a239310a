import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again, a moment apart, until `probe` gives something other than undefined or
 * false, and resolves to that.
 *
 * @param what - what is waited for, for the error
 * @throws Error once `timeoutMs` have passed; its cause is what the last probe threw, if it did
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
