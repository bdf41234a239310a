import type { Report } from '#model/diagnostic.ts';
import { digestOf } from '#model/files.ts';

/**
 * Results of pure functions, by a digest of all their inputs. A caller may keep it between compiles,
 * so that a compile repeats only the work that a change affects. Values are JSON.
 */
export interface Memo {
  get(key: string): unknown;
  has(key: string): boolean;
  set(key: string, value: unknown): void;
}

/** Returns the key of a result. The length of each input precedes it, so that no two lists share a key. */
export function memoKey(work: string, ...inputs: readonly string[]): string {
  let all = work;
  for (const input of inputs) all += ` ${input.length} ${input}`;
  return digestOf(all);
}

/** Returns a remembered result, or computes it. Does not remember a result with diagnostics, because a recall would lose them. */
export function recall<T>(
  { memo, key }: { readonly memo: Memo; readonly key: string },
  report: Report,
  make: (report: Report) => T,
): T {
  const recalled = memo.get(key) as T | undefined;
  if (recalled !== undefined) return recalled;
  let isSound = true;
  const result = make((diagnostic) => {
    isSound = false;
    report(diagnostic);
  });
  if (isSound) memo.set(key, result);
  return result;
}
