import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { errorMessage } from '#model/error.ts';
import type { Log } from '#syncer/ports/machine.ts';

/** One message to be delivered by HTTP. */
export interface QueuedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** One that waits and has the same subject is replaced by this one; '' replaces none. */
  readonly subject: string;
}

/** So many wait at most: then the oldest is given up. */
const room = 1000;

const maxAttempts = 6;

/** For the answer to one request, in milliseconds. */
const answerMs = 10_000;

/** Waits between attempts double from the first to the last; milliseconds. */
const [firstPauseMs, lastPauseMs] = [500, 30_000];

/**
 * Delivers letters one after the other, without keeping anybody waiting: again when the other side
 * is away or busy, and not again when it refuses. Redirects are not followed. What could not be
 * delivered is told in the log, without its content.
 */
export class DeliveryQueue {
  readonly #log: Log;
  readonly #name: string;
  #waiting: QueuedRequest[] = [];
  #delivery: Promise<void> | undefined;
  readonly #stop = new AbortController();

  /** @param name - of what is sent, in the log */
  constructor(name: string, log: Log) {
    this.#name = name;
    this.#log = log;
  }

  post(request: QueuedRequest): void {
    const { subject } = request;
    this.#waiting = this.#waiting.filter((one) => subject === '' || one.subject !== subject);
    if (this.#waiting.length === room) {
      this.#waiting.shift();
      this.#log.warn(
        { sending: this.#name, room },
        'too many messages wait: the oldest is given up',
      );
    }
    this.#waiting.push(request);
    this.#delivery ??= this.#deliver().finally(() => {
      this.#delivery = undefined;
    });
  }

  /** Resolves when all is delivered or given up, at the latest after so many milliseconds. */
  async close(ms: number): Promise<void> {
    const timer = new AbortController();
    const late = delay(ms, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([this.#delivery ?? Promise.resolve(), late]);
    timer.abort();
    this.#stop.abort();
    await this.#delivery;
    const left = this.#waiting.length;
    if (left > 0) this.#log.warn({ sending: this.#name, left }, 'not delivered before the end');
  }

  async #deliver(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const request = this.#waiting.shift();
      if (request === undefined) return;
      const fault = await this.#send(request);
      if (fault !== undefined) this.#log.warn({ sending: this.#name, fault }, 'not delivered');
    }
  }

  /** Why it could not be delivered; undefined when it was. */
  async #send(request: QueuedRequest): Promise<string | undefined> {
    for (let attempt = 1; ; attempt++) {
      const { fault, pauseMs } = await this.#try(request, attempt);
      if (pauseMs === undefined || attempt === maxAttempts) return fault;
      await delay(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => {});
      if (this.#stop.signal.aborted) return fault;
    }
  }

  /** With a pause when it is worth another attempt. */
  async #try(
    { url, headers, body }: QueuedRequest,
    attempt: number,
  ): Promise<{ readonly fault?: string; readonly pauseMs?: number }> {
    const full = Math.min(lastPauseMs, firstPauseMs * 2 ** (attempt - 1));
    const pauseMs = full * (0.5 + Math.random() / 2);
    try {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(answerMs)]);
      const type = { 'content-type': 'application/json', 'user-agent': 'regatta' };
      const answer = await request(url, {
        method: 'POST',
        headers: { ...type, ...headers },
        body,
        signal,
      });
      await answer.body.dump();
      const { statusCode: status } = answer;
      if (status < 300) return {};
      const fault = `answered ${status}`;
      // Forges say with 403, too, that it was too much at once.
      const after = Number(answer.headers['retry-after']) * 1000;
      const isBusy = status >= 500 || status === 429 || status === 408 || after > 0;
      return isBusy ? { fault, pauseMs: Math.min(after || pauseMs, 60_000) } : { fault };
    } catch (error) {
      return { fault: errorMessage(error), pauseMs };
    }
  }
}
