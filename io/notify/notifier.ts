import { createHmac } from 'node:crypto';
import type { Log } from '#syncer/ports/machine.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { DeliveryQueue } from './delivery-queue.ts';

export interface NotifierOptions {
  readonly url: string;
  /** What the messages are signed with; nothing unless given. */
  readonly secret?: string | undefined;
  readonly log: Log;
}

/** Of single objects, what somebody has to look at. */
const notable: ReadonlySet<string> = new Set(['refused', 'failed', 'held']);

/** Tells an address of the web what happens, as JSON. Of drift the fields are told, not the values. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #queue: DeliveryQueue;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#queue = new DeliveryQueue('notification', options.log);
  }

  heard(event: SyncEvent): void {
    const told = toldOf(event);
    if (told === undefined) return;
    const { url, secret } = this.#options;
    const time = new Date().toISOString();
    const body = JSON.stringify({ time, ...told });
    const headers = secret === undefined ? {} : signatureOf(body, secret, time);
    this.#queue.post({ url, headers, body, subject: '' });
  }

  /** Resolves when all is told, or so many milliseconds later. */
  close(ms: number): Promise<void> {
    return this.#queue.close(ms);
  }
}

/** Undefined for what is not worth a message. */
function toldOf(event: SyncEvent): object | undefined {
  switch (event.type) {
    case 'object':
      return notable.has(event.result) ? event : undefined;
    case 'health':
      return event.status === 'Failed' ? event : undefined;
    case 'drift':
      return { ...event, changes: event.changes.map(({ path, manager }) => ({ path, manager })) };
    case 'rejected-commit':
      return {
        ...event,
        diagnostics: event.diagnostics.map(({ code, message, at }) => ({ code, message, at })),
      };
    default:
      return event;
  }
}

/** The receiver signs time and body with the same secret, and compares. */
function signatureOf(body: string, secret: string, time: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(Date.parse(time) / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-regatta-timestamp': timestamp, 'x-regatta-signature': `sha256=${signature}` };
}
