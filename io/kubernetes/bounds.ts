import { memoryLimit } from '../memory-limit.ts';

const mebibyte: number = 1024 ** 2;

/** The bounds of the data that Regatta accepts from one API server. */
interface Bounds {
  /** Size of one answer, compressed and decompressed, in bytes. */
  readonly body: number;
  /** Size of one event of a watch, in bytes. */
  readonly line: number;
  /** Number of maps, lists and items in one answer. Each of them needs more memory than its text. */
  readonly values: number;
  /** Depth of nested values. No object that an API server stores comes near it. */
  readonly depth: number;
  /** Time until an answer is complete, in milliseconds. */
  readonly readMs: number;
  /** Objects of one list. */
  readonly objects: number;
  /** Pages of one list. */
  readonly pages: number;
  /** Kinds that discovery returns. */
  readonly kinds: number;
  /** Delay that the API server may request before a retry, in milliseconds. */
  readonly retryAfterMs: number;
}

/** `docs/syncer.md` documents these bounds. */
export const bounds: Bounds = {
  body: 64 * mebibyte,
  line: 4 * mebibyte,
  values: 1_000_000,
  depth: 500,
  readMs: 20_000,
  objects: 100_000,
  pages: 1000,
  kinds: 10_000,
  retryAfterMs: 60_000,
};

/**
 * Returns what all pages of one list may have together: as much as one answer, and more if an eighth of
 * the process's memory allows it.
 */
export function listBounds(): Pick<Bounds, 'body' | 'values'> {
  const factor = Math.min(16, Math.max(1, memoryLimit() / 8 / bounds.body));
  return { body: factor * bounds.body, values: factor * bounds.values };
}

/** Maximum size of the answers of a cluster that are read at the same time. Larger ones follow one another. */
export const smallAnswer: number = mebibyte;
