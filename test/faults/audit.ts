import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiProxy } from '#test/api/proxy.ts';

/** A write to an object, as the way to the API server has seen it; moments by one clock. */
export interface Write {
  readonly who: string;
  readonly what: string;
  readonly from: number;
  /** When its answer had been sent, or nobody was there any more to get it. */
  to: number;
  /** Who had taken or renewed the Lease last when it began. */
  readonly holder: string;
}

const leases = '/apis/coordination.k8s.io/';

/** Who wrote what when, of several syncers that have a proxy each. */
export class Audit {
  readonly writes: Write[] = [];
  /** Called before a write passes. */
  onWrite: (write: Write) => void = () => {};
  #holder = '';

  /** Whose Lease it was last. */
  get holder(): string {
    return this.#holder;
  }

  watch(proxy: ApiProxy, who: string): void {
    proxy.intercept = (incoming, response) => {
      if (incoming.method === 'GET' || incoming.url?.includes('dryRun=')) return false;
      if (incoming.url?.startsWith(leases)) this.#noteLease(who, response);
      else if (!incoming.url?.includes('/regatta-system?')) this.#note(who, incoming, response);
      return false;
    };
  }

  /** @throws AssertionError when two have written at one time, or one without the Lease */
  expectOneAtATime(): void {
    const byBegin = this.writes.toSorted((a, b) => a.from - b.from);
    const ends = new Map<string, Write>();
    for (const write of byBegin) {
      assert.equal(write.holder, write.who, `${write.what} of ${write.who}`);
      for (const [who, last] of ends) {
        if (who !== write.who) assert.ok(last.to <= write.from, `${last.what}, ${write.what}`);
      }
      const last = ends.get(write.who);
      if (last === undefined || last.to < write.to) ends.set(write.who, write);
    }
  }

  #noteLease(who: string, response: ServerResponse): void {
    response.on('finish', () => {
      if (response.statusCode < 300) this.#holder = who;
    });
  }

  #note(who: string, { method, url }: IncomingMessage, response: ServerResponse): void {
    const from = performance.now();
    const what = `${method} ${url}`;
    const write = { who, what, from, to: Number.POSITIVE_INFINITY, holder: this.#holder };
    response.on('close', () => {
      write.to = performance.now();
    });
    this.writes.push(write);
    this.onWrite(write);
  }
}
