import type { ClusterError } from '../cluster-error.ts';

/** Number of equal failures in a row after which waiting is useless. */
export const lastingAfter = 3;

interface Streak {
  readonly failure: string;
  readonly length: number;
}

/** Counts equal failures in a row, for each object or kind. */
export class Streaks {
  readonly #streaks = new Map<string, Streak>();

  /**
   * Records a failure, and returns the number of equal failures in a row, including this one.
   *
   * @param what - what failed; another value starts a new row
   */
  failed(subject: string, { reason, status }: ClusterError, what: string = ''): number {
    const failure = `${what} ${reason} ${status}`;
    const before = this.#streaks.get(subject);
    const length = before?.failure === failure ? before.length + 1 : 1;
    this.#streaks.set(subject, { failure, length });
    return length;
  }

  /** Number of objects or kinds that failed last. */
  get size(): number {
    return this.#streaks.size;
  }

  /** Forgets all others. */
  keep(subjects: ReadonlySet<string>): void {
    for (const subject of this.#streaks.keys()) {
      if (!subjects.has(subject)) this.#streaks.delete(subject);
    }
  }

  succeeded(subject: string): void {
    this.#streaks.delete(subject);
  }
}
