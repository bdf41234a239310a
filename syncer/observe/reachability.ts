import { ClusterError } from '../cluster-error.ts';
import { leaseRef } from '../lease/record.ts';
import { parentRef } from '../ownership/applyset.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';

/** Maximum time for an answer, in milliseconds. */
const answerMs = 5000;

/** Finds out whether a cluster that left one request unanswered answers other requests. */
export class Reachability {
  readonly #port: ClusterPort;
  readonly #clock: Clock;
  #asking: Promise<boolean> | undefined;

  constructor(port: ClusterPort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  /** Asks for two objects that every cluster has, at most once at a time. Any answer counts, also an error. Does not reject. */
  isAnswering(stop: AbortSignal): Promise<boolean> {
    this.#asking ??= this.#ask(stop).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(stop: AbortSignal): Promise<boolean> {
    const end = new AbortController();
    const signal = AbortSignal.any([stop, end.signal]);
    const answers = [parentRef, leaseRef].map((ref) =>
      this.#port.read(ref, signal).catch(anyAnswer),
    );
    const late = this.#clock.sleep(answerMs, signal).then(() => Promise.reject(new Error('late')));
    const isAnswered = Promise.any(answers).then(() => true);
    try {
      return await Promise.race([isAnswered, late]);
    } catch {
      return false;
    } finally {
      end.abort();
      late.catch(() => {});
    }
  }
}

/** Accepts the error of an API server that answers. */
function anyAnswer(error: unknown): void {
  if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
}
