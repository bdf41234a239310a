import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiProxy } from '#test/api/proxy.ts';

/** A write to an object, as the proxy saw it; all times are from one clock. */
export interface Write {
  readonly who: string;
  readonly what: string;
  readonly from: number;
  /** Time when the answer was sent, or when the syncer closed the connection. */
  to: number;
  /** The last syncer that acquired or renewed the Lease before the write began. */
  readonly holder: string;
}

const leases = '/apis/coordination.k8s.io/';

/** Audit records the writes of several syncers, each of which has its own proxy. */
export class Audit {
  readonly writes: Write[] = [];
  /** Called before the proxy forwards a write. */
  onWrite: (write: Write) => void = () => {};
  #holder = '';

  /** The last syncer that acquired or renewed the Lease. */
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

  /** @throws AssertionError when two syncers wrote at the same time, or one wrote without the Lease */
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
