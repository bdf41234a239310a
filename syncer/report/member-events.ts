import { errorMessage } from '#model/error.ts';
import type { ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { microTime } from '../lease/record.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import type { Clock, Log } from '../ports/machine.ts';
import type { SyncEvent } from './events.ts';
import { eventObject, type MemberEvent, memberEventOf, type Regarding } from './member-event.ts';

/** So many Events at once, and one more each so many milliseconds; what is too much is left out. */
const [burst, refillMs] = [25, 12_000];

/** The same news is not told again within this time. */
const repeatMs = 6 * 60_000;

/** For one Event; a cluster that is slow has other worries. */
const writeMs = 5000;

/** What still waits at the end may take so long. */
const closeMs = 2000;

interface MemberEventsOptions {
  readonly cluster: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly log: Log;
  /** What is known of an object without asking. */
  readonly known: (key: ObjectKey) => Regarding;
}

/**
 * Writes Events to a member cluster, for whoever looks there: as best it can, beside the work and
 * never in its way. What can't be written is left out.
 */
export class MemberEvents {
  readonly #options: MemberEventsOptions;
  readonly #waiting: MemberEvent[] = [];
  #writing: Promise<void> | undefined;
  #tokens = burst;
  #refilledAt: number;
  readonly #told = new Map<string, number>();
  #wasForbidden = false;

  constructor(options: MemberEventsOptions) {
    this.#options = options;
    this.#refilledAt = options.clock.uptime();
  }

  heard(event: SyncEvent): void {
    const news = memberEventOf(event);
    if (news === undefined || !this.#mayTell(news)) return;
    this.#waiting.push(news);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when what waits is written, or has had its time. */
  async close(): Promise<void> {
    if (this.#writing === undefined) return;
    const isWritten = new AbortController();
    const late = this.#options.clock.sleep(closeMs, isWritten.signal).catch(() => {});
    await Promise.race([this.#writing, late]);
    isWritten.abort();
    this.#waiting.length = 0;
  }

  #mayTell(news: MemberEvent): boolean {
    const now = this.#options.clock.uptime();
    const refill = Math.floor((now - this.#refilledAt) / refillMs);
    this.#tokens = Math.min(burst, this.#tokens + refill);
    this.#refilledAt += refill * refillMs;
    const id = JSON.stringify(news);
    for (const [old, at] of this.#told) if (now - at >= repeatMs) this.#told.delete(old);
    if (this.#told.has(id) || this.#tokens < 1) return false;
    this.#told.set(id, now);
    this.#tokens--;
    return true;
  }

  async #writeAll(): Promise<void> {
    for (let news = this.#waiting.shift(); news !== undefined; news = this.#waiting.shift()) {
      await this.#write(news).catch((error: unknown) => this.#failed(error));
    }
  }

  async #write(news: MemberEvent): Promise<void> {
    const { port, clock } = this.#options;
    const bound = AbortSignal.timeout(writeMs);
    const live = news.key === undefined ? {} : await this.#find(news.key, bound);
    await port.compareAndSwap(eventObject(news, live, microTime(clock.now())), bound);
  }

  /** Objects of others are not known: but just they are looked at for what is told of them. */
  async #find(key: ObjectKey, signal: AbortSignal): Promise<Regarding> {
    const { port, known } = this.#options;
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
    log[level]({ cluster, reason }, 'an Event could not be written');
  }
}
