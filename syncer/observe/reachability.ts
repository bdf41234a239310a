import { ClusterError } from '../cluster-error.ts';
import { systemNamespace } from '../ownership/names.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';

/** Maximum time for an answer, in milliseconds. */
const answerMs = 5000;

/** An object that every member cluster has. */
const probe = { apiVersion: 'v1', kind: 'Namespace', name: systemNamespace };

/** Finds out whether a cluster that left one request unanswered answers other requests. */
export class Reachability {
  readonly #port: ClusterPort;
  readonly #clock: Clock;
  #asking: Promise<boolean> | undefined;

  constructor(port: ClusterPort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  /** Asks for one object, at most once at a time. Any answer counts, also an error. Does not reject. */
  isAnswering(stop: AbortSignal): Promise<boolean> {
    this.#asking ??= this.#ask(stop).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(stop: AbortSignal): Promise<boolean> {
    const end = new AbortController();
    const signal = AbortSignal.any([stop, end.signal]);
    const isAnswered = this.#port
      .read(probe, signal)
      .catch(anyAnswer)
      .then(() => true);
    const late = this.#clock.sleep(answerMs, signal).then(() => Promise.reject(new Error('late')));
    try {
      return await Promise.race([isAnswered, late]);
    } catch {
      return false;
    } finally {
      end.abort();
      isAnswered.catch(() => {});
      late.catch(() => {});
    }
  }
}

/** Accepts the error of an API server that answers. */
function anyAnswer(error: unknown): void {
  if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
}
