import type { Unanswered } from '#syncer/ports/cluster.ts';
import type { ApiRequest } from './request.ts';

/** The requests that an API server has not answered yet. */
export class UnansweredRequests {
  /** When each request was sent, oldest first, in milliseconds on the monotonic clock. */
  readonly #sentAt = new Map<ApiRequest, number>();

  sent(request: ApiRequest): void {
    this.#sentAt.set(request, performance.now());
  }

  ended(request: ApiRequest): void {
    this.#sentAt.delete(request);
  }

  /** The oldest request; undefined if the server has answered all of them. */
  get oldest(): Unanswered | undefined {
    const [first] = this.#sentAt;
    if (first === undefined) return undefined;
    const [{ method, what }, at] = first;
    return { request: `${method} ${what}`, ms: performance.now() - at };
  }
}
