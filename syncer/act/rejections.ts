import type { ObjectKey } from '#model/object.ts';
import type { ClusterError } from '../cluster-error.ts';
import { backoffMs, rejectedBackoff } from '../pace/backoff.ts';
import { lastingAfter, Streaks } from '../pace/streaks.ts';
import type { ActionOutcome } from '../plan/outcome.ts';

interface Rejection {
  readonly id: string;
  readonly outcome: ActionOutcome;
  /** Time of the next attempt, in milliseconds since the epoch. */
  readonly retryAt: number;
}

/** Objects that the API server answers with the same error again and again, while it answers other requests. */
export class Rejections {
  readonly #streaks = new Streaks();
  readonly #rejections = new Map<ObjectKey, Rejection>();

  /**
   * Returns the earlier outcome of the same action until its next attempt is due; undefined if it is due.
   *
   * @param id - identifies what the action does
   */
  earlier(key: ObjectKey, id: string, now: number): ActionOutcome | undefined {
    const rejection = this.#rejections.get(key);
    if (rejection === undefined || rejection.id !== id || rejection.retryAt <= now)
      return undefined;
    return { ...rejection.outcome, pauseMs: rejection.retryAt - now };
  }

  /**
   * Records a failed action. Returns its outcome with the next attempt if the answer was the same several times;
   * undefined if another answer may follow soon.
   */
  failed(
    outcome: ActionOutcome,
    id: string,
    error: ClusterError,
    now: number,
  ): ActionOutcome | undefined {
    const { key } = outcome;
    const times = this.#streaks.failed(key, error, id) - lastingAfter + 1;
    if (times < 1) return undefined;
    const pauseMs = backoffMs(rejectedBackoff, times, key);
    const lasting = { ...outcome, retry: false, pauseMs };
    this.#rejections.set(key, { id, outcome: lasting, retryAt: now + pauseMs });
    return lasting;
  }

  /** Number of objects whose last action failed. */
  get size(): number {
    return this.#streaks.size;
  }

  /** Forgets the objects that a plan no longer has: they left Git and the cluster. */
  keep(actions: readonly { readonly key: ObjectKey }[]): void {
    if (this.size === 0) return;
    const keys = new Set(actions.map(({ key }) => key));
    this.#streaks.keep(keys);
    for (const key of this.#rejections.keys()) if (!keys.has(key)) this.#rejections.delete(key);
  }

  succeeded(key: ObjectKey): void {
    this.#rejections.delete(key);
    this.#streaks.succeeded(key);
  }
}
