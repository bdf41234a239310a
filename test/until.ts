import { setTimeout as sleep } from 'node:timers/promises';

/** Shortest and longest pause between two calls, in milliseconds. Pauses grow, so that a long wait takes little processor time. */
const shortestMs = 25;
const longestMs = 100;

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
  timeoutMs = 60_000,
): Promise<T> {
  const begun = performance.now();
  let cause: unknown;
  while (performance.now() - begun < timeoutMs) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    const waited = performance.now() - begun;
    await sleep(Math.min(Math.max(waited / 20, shortestMs), longestMs));
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`, { cause });
}
