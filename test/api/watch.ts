import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './client.ts';
import type { Body } from './reading.ts';

/** One event of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Body;
}

/** Timeout for an event, in milliseconds. */
const eventMs = 10_000;

/** A watch, read one event after the other. */
export class Watch {
  readonly status: number;
  readonly #abort: AbortController;
  readonly #lines: AsyncIterator<string>;

  private constructor(response: IncomingMessage, abort: AbortController) {
    this.status = response.statusCode ?? 0;
    this.#abort = abort;
    response.on('error', () => undefined);
    this.#lines = createInterface(response)[Symbol.asyncIterator]();
  }

  /** @param path - path of a collection with an optional query, to which `watch=true` is added */
  static async open(client: ApiClient, path: string, accept?: string): Promise<Watch> {
    const abort = new AbortController();
    const watched = `${path}${path.includes('?') ? '&' : '?'}watch=true`;
    return new Watch(
      await client.open({ path: watched, ...(accept && { accept }) }, abort.signal),
      abort,
    );
  }

  /** Returns the next event; undefined when the server ended the watch. */
  async next(): Promise<WatchEvent | undefined> {
    const line = await within(eventMs, this.#lines.next());
    return line.done ? undefined : (JSON.parse(line.value) as WatchEvent);
  }

  /** Returns the next event other than a bookmark, as `TYPE name`. */
  async change(): Promise<string> {
    for (;;) {
      const event = await this.next();
      if (event === undefined) throw new Error('the server ended the watch');
      if (event.type === 'BOOKMARK') continue;
      const { name } = (event.object.metadata ?? {}) as { readonly name?: string };
      return `${event.type} ${name}`;
    }
  }

  close(): void {
    this.#abort.abort();
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no event within ${ms / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    timer.abort();
  }
}
