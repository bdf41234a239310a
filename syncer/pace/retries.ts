import { errorMessage } from '#model/error.ts';
import { ClusterError } from '../cluster-error.ts';
import { type Backoff, backoffMs, clusterBackoff, isRoutine } from './backoff.ts';
import { Breaker } from './breaker.ts';

/** A failed turn. */
interface Failure {
  /** The error message, with the outage of an offline cluster. */
  readonly reason: string;
  /** True if a retry cannot succeed until Git or the cluster changes. */
  readonly isLasting: boolean;
  /** True for a single 429 or 503, which is routine. */
  readonly isRoutine: boolean;
  /** Number of consecutive failures, including this one. */
  readonly failures: number;
  /** Milliseconds until the retry. */
  readonly pauseMs: number;
}

interface Answering {
  isAnswering(stop: AbortSignal): Promise<boolean>;
}

/** Decides when to retry the turns of a cluster, from its consecutive failures and whether it answers. */
export class Retries {
  readonly #cluster: string;
  readonly #breaker = new Breaker();
  #failures = 0;
  /** Time before which no turn begins, because the last one lost a race for the inventory; milliseconds since the epoch. */
  #resumeAt = 0;

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  /** Milliseconds until the syncer may send the next request; 0 if it may send the request now. */
  untilAsked(now: number): number {
    return Math.max(this.#breaker.pauseMs(now), this.#resumeAt - now, 0);
  }

  /**
   * Reports whether the cluster answers although a turn failed. Only a cluster that answers nothing is offline.
   *
   * @param cluster - sends other requests
   */
  async isAnswering(error: unknown, cluster: Answering, stop: AbortSignal): Promise<boolean> {
    if (!(error instanceof ClusterError) || error.reason !== 'unreachable') return true;
    return !this.#breaker.isOpen && cluster.isAnswering(stop);
  }

  answered(): void {
    this.#breaker.answered();
  }

  /** Resets the backoff after a successful turn or a new commit. */
  clear(): void {
    this.#failures = 0;
  }

  /** Returns the pause in milliseconds after a turn that left something undone. */
  after(backoff: Backoff): number {
    this.#failures++;
    return backoffMs(backoff, this.#failures, this.#cluster);
  }

  /** @param isAnswering - whether the cluster answers other requests */
  failed(error: unknown, now: number, isAnswering: boolean): Failure {
    const expected = error instanceof ClusterError;
    if (isAnswering) this.#breaker.answered();
    else this.#breaker.failed(now);
    const backoff = this.after(clusterBackoff);
    // Changes in the cluster start no turn meanwhile: they may be those of the client that won.
    if (expected && error.status === 409) this.#resumeAt = now + backoff;
    return {
      reason: this.#breaker.describe(errorMessage(error)),
      isLasting: !expected || error.isLasting,
      isRoutine: expected && isRoutine(error) && this.#failures === 1,
      failures: this.#failures,
      pauseMs: this.#breaker.pauseMs(now) || backoff,
    };
  }
}
