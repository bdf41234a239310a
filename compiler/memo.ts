import { digestOf } from '#model/files.ts';

/**
 * What pure functions came to, by the digest of all that they were given. It may be kept from one
 * compile to the next: then work that a change cannot reach is not done again. Values are plain data.
 */
export interface Memo {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** A key for what one kind of work makes of its inputs. */
export function memoKey(work: string, ...inputs: readonly string[]): string {
  return digestOf(JSON.stringify([work, ...inputs]));
}
