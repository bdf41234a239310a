import { createHmac } from 'node:crypto';
import { secretsInAddress } from '#model/address-secrets.ts';
import type { Log } from '#syncer/ports/machine.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { redactor } from '../redactor.ts';
import { DeliveryQueue } from './delivery-queue.ts';

/** Where `Notifier` posts events. */
export interface NotifierOptions {
  readonly url: string;
  /** The key that signs the messages. Without it, messages have no signature. */
  readonly secret?: string | undefined;
  readonly log: Log;
}

/** Results of single objects that need attention. */
const notable: ReadonlySet<string> = new Set(['refused', 'failed', 'held']);

/** Posts events as JSON to a URL. For drift, a message has the changed fields and not their values. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #queue: DeliveryQueue;

  constructor(options: NotifierOptions) {
    this.#options = options;
    for (const secret of secretsInAddress(options.url)) redactor.remember(secret);
    this.#queue = new DeliveryQueue('notification', options.log);
  }

  /** Posts the message for an event, if the event has one. */
  heard(event: SyncEvent): void {
    const message = messageOf(event);
    if (message === undefined) return;
    const { url, secret } = this.#options;
    const time = new Date().toISOString();
    const body = JSON.stringify({ time, ...message });
    const headers = secret === undefined ? {} : signatureOf(body, secret, time);
    this.#queue.post({ url, headers, body, subject: '' });
  }

  /** Resolves when all messages are delivered or dropped, or after `ms` milliseconds. */
  close(ms: number): Promise<void> {
    return this.#queue.close(ms);
  }
}

/** Returns the message for an event, or undefined for an event that users need no message about. */
function messageOf(event: SyncEvent): object | undefined {
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
    case 'warning':
    case 'commit-warnings':
      return undefined;
    default:
      return event;
  }
}

/** Signs time and body; the receiver computes the same signature and compares. */
function signatureOf(body: string, secret: string, time: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(Date.parse(time) / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-regatta-timestamp': timestamp, 'x-regatta-signature': `sha256=${signature}` };
}
