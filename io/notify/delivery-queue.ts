import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, getGlobalDispatcher, RetryAgent, type RetryHandler } from 'undici';
import { errorMessage } from '#model/error.ts';
import type { Log } from '#syncer/ports/machine.ts';

/** A request that waits for its delivery. */
export interface QueuedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /**
   * Identifies what the request is about. A request replaces a waiting one with the same subject; one
   * with '' replaces no other.
   */
  readonly subject: string;
}

/** Maximum number of waiting requests. When it is exceeded, the queue drops the oldest request. */
const maxWaiting = 1000;

const maxRetries = 5;

/** Timeout for the response to one attempt, in milliseconds. */
const answerMs = 10_000;

/** Pauses between attempts double from the first to the last; milliseconds. */
const [firstPauseMs, lastPauseMs] = [500, 30_000];

/** Maximum pause that a server can request, in milliseconds. */
const maxRetryAfterMs = 60_000;

/**
 * Sends requests one after the other in the background. The queue retries a request while the server
 * is unreachable or busy, drops it when the server rejects it, and follows no redirects. The log
 * names failed deliveries without their content.
 */
export class DeliveryQueue {
  readonly #log: Log;
  readonly #name: string;
  readonly #agent: Dispatcher = new RetryAgent(getGlobalDispatcher(), {
    throwOnError: false,
    retry: retryLater,
  });
  #waiting: QueuedRequest[] = [];
  #delivery: Promise<void> | undefined;
  readonly #stop = new AbortController();

  /**
   * Opens an empty queue.
   *
   * @param name - names the requests in the log
   */
  constructor(name: string, log: Log) {
    this.#name = name;
    this.#log = log;
  }

  /** Adds a request to the queue, and starts to send it in the background. */
  post(next: QueuedRequest): void {
    const { subject } = next;
    this.#waiting = this.#waiting.filter((one) => subject === '' || one.subject !== subject);
    if (this.#waiting.length === maxWaiting) {
      this.#waiting.shift();
      this.#log.warn(
        { sending: this.#name, maxWaiting },
        'the queue is full: dropped the oldest message',
      );
    }
    this.#waiting.push(next);
    this.#delivery ??= this.#deliver().finally(() => {
      this.#delivery = undefined;
    });
  }

  /** Resolves when all requests are delivered or dropped, at the latest after `ms` milliseconds. */
  async close(ms: number): Promise<void> {
    const timer = new AbortController();
    const late = delay(ms, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([this.#delivery ?? Promise.resolve(), late]);
    timer.abort();
    this.#stop.abort();
    await this.#delivery;
    const left = this.#waiting.length;
    if (left > 0)
      this.#log.warn({ sending: this.#name, left }, 'not delivered before the process ended');
  }

  async #deliver(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const fault = await this.#send(next);
      if (fault !== undefined) this.#log.warn({ sending: this.#name, fault }, 'not delivered');
    }
  }

  /** Sends a request, and returns why the delivery failed, or undefined when it succeeded. */
  async #send({ url, headers, body }: QueuedRequest): Promise<string | undefined> {
    try {
      const { origin, pathname, search } = new URL(url);
      const answer = await this.#agent.request({
        origin,
        path: `${pathname}${search}`,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'regatta', ...headers },
        body,
        headersTimeout: answerMs,
        bodyTimeout: answerMs,
        signal: this.#stop.signal,
      });
      await answer.body.dump();
      return answer.statusCode < 300 ? undefined : `answered ${answer.statusCode}`;
    } catch (error) {
      return errorMessage(error);
    }
  }
}

/** Schedules a retry. undici cancels the returned timer when the request is aborted. */
function retryLater(
  error: Error & Partial<Answer>,
  { state }: RetryHandler.RetryContext,
  decide: RetryHandler.OnRetryCallback,
): NodeJS.Timeout | undefined {
  const pauseMs = state.counter > maxRetries ? undefined : pauseAfter(error, state.counter);
  if (pauseMs !== undefined) return setTimeout(decide, pauseMs, null);
  decide(error);
  return undefined;
}

/** The part of a failed response that undici adds to the error; absent when there was no response. */
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Returns the pause before the next attempt in milliseconds, or undefined when a retry cannot help. */
function pauseAfter({ statusCode, headers }: Partial<Answer>, attempt: number): number | undefined {
  const pauseMs = Math.min(lastPauseMs, firstPauseMs * 2 ** (attempt - 1));
  const jittered = pauseMs * (0.5 + Math.random() / 2);
  if (statusCode === undefined) return jittered;
  // Forges also use 403 with Retry-After to limit the rate of requests.
  const afterMs = Number(headers?.['retry-after']) * 1000;
  const isBusy = statusCode >= 500 || statusCode === 429 || statusCode === 408 || afterMs > 0;
  return isBusy ? Math.min(afterMs || jittered, maxRetryAfterMs) : undefined;
}
