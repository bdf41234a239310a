import type { Report } from '#model/diagnostic.ts';
import { digestOf } from '#model/files.ts';

/**
 * What pure functions came to, by the digest of all that they were given. It may be kept from one
 * compile to the next: then work that a change cannot reach is not done again. Values are JSON.
 */
export interface Memo {
  get(key: string): unknown;
  has(key: string): boolean;
  set(key: string, value: unknown): void;
}

/** A key for what one kind of work makes of its inputs: each goes with its length, so that others never read the same. */
export function memoKey(work: string, ...inputs: readonly string[]): string {
  let all = work;
  for (const input of inputs) all += ` ${input.length} ${input}`;
  return digestOf(all);
}

/** Recalls what was made before, or makes it. What it reports on is not kept: it is to be told again. */
export function recall<T>(
  { memo, key }: { readonly memo: Memo; readonly key: string },
  report: Report,
  make: (report: Report) => T,
): T {
  const recalled = memo.get(key) as T | undefined;
  if (recalled !== undefined) return recalled;
  let isSound = true;
  const made = make((diagnostic) => {
    isSound = false;
    report(diagnostic);
  });
  if (isSound) memo.set(key, made);
  return made;
}

const digests = new WeakMap<object, string>();

/** Digest of plain data that does not change: made once, however many keys it is a part of. */
export function digestOfData(data: object): string {
  const digest = digests.get(data) ?? digestOf(JSON.stringify(data));
  digests.set(data, digest);
  return digest;
}
