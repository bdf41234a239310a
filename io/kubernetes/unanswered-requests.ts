import type { Unanswered } from '#syncer/ports/cluster.ts';
import type { ApiRequest } from './request.ts';

interface Waiting {
  readonly waitsFor: Unanswered['waitsFor'];
  /** In milliseconds on the monotonic clock. */
  readonly since: number;
}

/** The requests that wait for their credentials, or that an API server has not answered yet. */
export class UnansweredRequests {
  /** The one that has waited for the longest time comes first. */
  readonly #waiting = new Map<ApiRequest, Waiting>();

  begins(request: ApiRequest): void {
    this.#note(request, 'credentials');
  }

  sent(request: ApiRequest): void {
    this.#note(request, 'answer');
  }

  #note(request: ApiRequest, waitsFor: Unanswered['waitsFor']): void {
    this.#waiting.delete(request);
    this.#waiting.set(request, { waitsFor, since: performance.now() });
  }

  ended(request: ApiRequest): void {
    this.#waiting.delete(request);
  }

  /** The request that has waited for the longest time; undefined if the server has answered all of them. */
  get oldest(): Unanswered | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    const [{ method, what }, { waitsFor, since }] = first;
    return { request: `${method} ${what}`, waitsFor, ms: performance.now() - since };
  }
}
