import { errorMessage } from '#model/error.ts';
import type { ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { microTime } from '../lease/record.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import type { Clock, Log } from '../ports/machine.ts';
import type { SyncEvent } from './events.ts';
import { eventObject, type MemberEvent, memberEventOf, type Regarding } from './member-event.ts';

/** Maximum number of Events at once, and the interval after which the syncer may write one more, in milliseconds. It drops others. */
const [burst, refillMs] = [25, 12_000];

/** Minimum time between two writes of the same Event, in milliseconds. */
const repeatMs = 6 * 60_000;

/** Maximum time for one Event, in milliseconds. */
const writeMs = 5000;

/** Maximum time for the waiting Events at a stop, in milliseconds. */
const closeMs = 2000;

/** Where the syncer writes Events. */
export interface EventTarget {
  readonly port: ClusterPort;
  /** The inventory's ConfigMap, which Events about the cluster as a whole regard. */
  readonly inventory: ObjectKey;
}

interface MemberEventsOptions {
  readonly cluster: string;
  /** The cluster, and the inventory there; undefined while the syncer does not know whose cluster it is. */
  readonly target: () => EventTarget | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Returns what is known about an object without a request. */
  readonly known: (key: ObjectKey) => Regarding;
}

/**
 * Writes Events to a member cluster for its users, without delaying the turns. It drops an Event that the
 * API server does not accept.
 */
export class MemberEvents {
  readonly #options: MemberEventsOptions;
  readonly #queue: MemberEvent[] = [];
  #writing: Promise<void> | undefined;
  #tokens = burst;
  #refilledAt: number;
  readonly #written = new Map<string, number>();
  #wasForbidden = false;

  constructor(options: MemberEventsOptions) {
    this.#options = options;
    this.#refilledAt = options.clock.uptime();
  }

  heard(event: SyncEvent): void {
    const memberEvent = memberEventOf(event);
    if (memberEvent === undefined || !this.#mayWrite(memberEvent)) return;
    this.#queue.push(memberEvent);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves after the waiting Events are in the cluster, or their time is over. */
  async close(): Promise<void> {
    if (this.#writing === undefined) return;
    const isWritten = new AbortController();
    const late = this.#options.clock.sleep(closeMs, isWritten.signal).catch(() => {});
    await Promise.race([this.#writing, late]);
    isWritten.abort();
    this.#queue.length = 0;
  }

  #mayWrite(event: MemberEvent): boolean {
    const now = this.#options.clock.uptime();
    const refill = Math.floor((now - this.#refilledAt) / refillMs);
    this.#tokens = Math.min(burst, this.#tokens + refill);
    this.#refilledAt += refill * refillMs;
    const id = JSON.stringify(event);
    for (const [old, at] of this.#written) if (now - at >= repeatMs) this.#written.delete(old);
    if (this.#written.has(id) || this.#tokens < 1) return false;
    this.#written.set(id, now);
    this.#tokens--;
    return true;
  }

  async #writeAll(): Promise<void> {
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      await this.#write(event).catch((error: unknown) => this.#failed(error));
    }
  }

  async #write(event: MemberEvent): Promise<void> {
    const { target, clock } = this.#options;
    const to = target();
    if (to === undefined) return;
    const bound = AbortSignal.timeout(writeMs);
    const live = event.key === undefined ? {} : await this.#find(event.key, to, bound);
    const about = { ...event, key: event.key ?? to.inventory };
    await to.port.compareAndSwap(eventObject(about, live, microTime(clock.now())), bound);
  }

  /** Reads the uid of an object that the cache lacks, because another manager owns it. */
  async #find(key: ObjectKey, { port }: EventTarget, signal: AbortSignal): Promise<Regarding> {
    const { known } = this.#options;
    const { apiVersion, uid } = known(key);
    if (apiVersion === undefined || uid !== undefined) return { apiVersion, uid };
    const [, kind = '', namespace = '', name = ''] = key.split('/');
    const place = namespace === '' ? {} : { namespace };
    const live = await port.read({ apiVersion, kind, name, ...place }, signal).catch(() => {});
    return { apiVersion, uid: live?.metadata.uid };
  }

  #failed(error: unknown): void {
    const { cluster, log } = this.#options;
    const reason = errorMessage(error);
    const isForbidden = error instanceof ClusterError && error.reason === 'forbidden';
    const level = isForbidden && !this.#wasForbidden ? 'warn' : 'debug';
    this.#wasForbidden ||= isForbidden;
    log[level]({ cluster, reason }, 'could not write an Event');
  }
}
