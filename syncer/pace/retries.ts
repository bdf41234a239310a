import { errorMessage } from '#model/error.ts';
import { ClusterError } from '../cluster-error.ts';
import { type Backoff, backoffMs, clusterBackoff, isRoutine } from './backoff.ts';
import { Breaker } from './breaker.ts';

/** A turn that could not be carried through. */
interface Failure {
  /** In words, for people. */
  readonly reason: string;
  /** Trying again as it is will not help. */
  readonly isLasting: boolean;
  /** The odd 429 or 503 is everyday life. */
  readonly isRoutine: boolean;
  /** So many in a row, with this one. */
  readonly failures: number;
  /** Milliseconds after which to try again. */
  readonly pauseMs: number;
}

/** When the turns of a cluster are tried again: by how many failed in a row, and whether it answers. */
export class Retries {
  readonly #cluster: string;
  readonly #breaker = new Breaker();
  #failures = 0;

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  /** Milliseconds until the cluster may be asked; 0 when it may be now. */
  untilAsked(now: number): number {
    return this.#breaker.pauseMs(now);
  }

  answered(): void {
    this.#breaker.answered();
  }

  /** A turn went well, or another commit may. */
  clear(): void {
    this.#failures = 0;
  }

  /** Milliseconds after which a turn that left something undone is tried again. */
  after(backoff: Backoff): number {
    this.#failures++;
    return backoffMs(backoff, this.#failures, this.#cluster);
  }

  failed(error: unknown, now: number): Failure {
    const expected = error instanceof ClusterError;
    if (expected && error.reason === 'unreachable') this.#breaker.failed(now);
    else this.#breaker.answered();
    const backoff = this.after(clusterBackoff);
    return {
      reason: this.#breaker.describe(errorMessage(error)),
      isLasting: !expected || error.isLasting,
      isRoutine: expected && isRoutine(error) && this.#failures === 1,
      failures: this.#failures,
      pauseMs: this.#breaker.pauseMs(now) || backoff,
    };
  }
}
