import type { KubeObject } from '#model/object.ts';
import { systemNamespace } from '../inventory/applyset.ts';
import { type Backoff, backoffMs } from '../pace/backoff.ts';
import {
  type Clock,
  ClusterError,
  type ClusterPort,
  type HolderPort,
  unstoppable,
} from '../ports.ts';
import { Observer } from './observer.ts';
import { type LeaseRecord, leaseObject, leaseRef, microTime, readRecord } from './record.ts';

/**
 * How long the Lease lasts after each renewal, for those who wait for it; milliseconds. The others
 * follow: a write that begins `writeMs` after a renewal at the latest, and is cut off at `cutMs`,
 * has ended before anybody else may begin.
 */
const durationMs = 60_000;
const cutMs = 55_000;
const writeMs = 40_000;
/** Shortened by up to half: some three a minute, so 200 idle clusters cost ten small writes a second. */
const renewal: Backoff = { firstMs: 25_000, maxMs: 25_000 };
/** For the answer to a renewal, so that there is time for another. */
const answerMs = 8000;
/** After a renewal that failed. */
const retryMs = 3000;
/** How often those who wait for it look. */
const looking: Backoff = { firstMs: 5000, maxMs: 5000 };
/** A stop waits no longer for the release; the Lease runs out by itself. */
const releaseMs = 3000;

/** Somebody else has the Lease; worth another look after so many milliseconds. */
export interface Taken {
  readonly type: 'taken';
  readonly holder: string;
  readonly pauseMs: number;
}

/** What came of asking for it; `anew`: it was not held before, so others may have written meanwhile. */
type Standing = { readonly type: 'held'; readonly anew: boolean } | Taken;

const held: Standing = { type: 'held', anew: false };

interface MemberLeaseOptions {
  /** The cluster's. */
  readonly name: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly holder: HolderPort;
  /** It is not held any more, or may soon not be. */
  readonly onLoss: () => void;
}

/** The Lease while it is ours. */
interface Tenure {
  readonly live: KubeObject;
  /** When the request was made that got or renewed it, by both clocks. */
  readonly wallAt: number;
  readonly upAt: number;
  /** Aborted when writes have to be over. */
  readonly fence: AbortController;
}

/**
 * One member cluster's Lease: who holds it is the only one to write there. As in client-go, a Lease
 * of somebody else has run out when it was seen unchanged for its whole duration on our own clock;
 * ours has when either of our clocks says so, because one stands still while a machine is suspended.
 */
export class MemberLease {
  readonly #options: MemberLeaseOptions;
  readonly #name: string;
  readonly #observer: Observer;
  #tenure: Tenure | undefined;
  /** The renewTimes of our last writes: what has one of them is ours, also if its answer was lost. */
  #written: readonly string[] = [];
  /** The last request about the Lease: one is made at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #looks = 0;
  readonly #ended = new AbortController();

  constructor(options: MemberLeaseOptions) {
    this.#options = options;
    // Two contexts may lead to one cluster.
    this.#name = `${options.holder.name}_${options.name}`;
    this.#observer = new Observer(options.clock, options.holder);
  }

  /**
   * Sees to it that the Lease is held, for a turn that begins; asks nothing while it is.
   *
   * @throws ClusterError when the cluster doesn't answer, or refuses it
   */
  async take(signal: AbortSignal): Promise<Standing> {
    if (this.#isHeld) return held;
    return this.#next(async () => ((await this.#renew(signal)) ? held : this.#claim(signal)));
  }

  /**
   * For a write that begins now: a signal that aborts when it has to be over.
   *
   * @throws ClusterError `transient` when the Lease is not ours (any more)
   */
  async fence(signal: AbortSignal): Promise<AbortSignal> {
    if (!this.#isHeld) await this.#next(() => this.#renew(signal));
    if (this.#isHeld && this.#tenure !== undefined) return this.#tenure.fence.signal;
    throw new ClusterError(
      'transient',
      'not written: the Lease of the cluster is not held any more',
    );
  }

  /** Gives it up, so that nobody has to wait for it. Whatever goes wrong here does no harm. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#next(async () => {
      const tenure = this.#tenure;
      if (tenure === undefined) return;
      this.#tenure = undefined;
      const record = { ...readRecord(tenure.live), holder: '', process: '', durationMs: 0 };
      await this.#swap(record, tenure.live, AbortSignal.timeout(releaseMs));
    }).catch(() => {});
  }

  /** Whether a write may begin now. */
  get #isHeld(): boolean {
    return this.#tenure !== undefined && this.#ageOf(this.#tenure) < writeMs;
  }

  #ageOf({ wallAt, upAt }: Tenure): number {
    const { clock } = this.#options;
    return Math.max(clock.now() - wallAt, clock.uptime() - upAt);
  }

  #next<T>(request: () => Promise<T>): Promise<T> {
    const result = this.#last.then(request);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Whether it is ours still. */
  async #renew(signal: AbortSignal, ifOlderMs: number = writeMs): Promise<boolean> {
    const tenure = this.#tenure;
    if (tenure === undefined || this.#ageOf(tenure) < ifOlderMs) return tenure !== undefined;
    const times = this.#times();
    const live = await this.#swap(readRecord(tenure.live), tenure.live, signal);
    if (live === undefined) this.#lose(tenure.fence);
    // It may have been cut off meanwhile.
    if (live === undefined || this.#tenure !== tenure) return false;
    this.#tenure = { ...tenure, ...times, live };
    return true;
  }

  async #claim(signal: AbortSignal): Promise<Standing> {
    const { port, holder } = this.#options;
    const live = await port.read(leaseRef, signal);
    if (live === undefined) await this.#makeNamespace();
    const before = live && readRecord(live);
    if (before === undefined || this.#isOurs(before) || this.#observer.isFree(before)) {
      const times = this.#times();
      const transitions = before === undefined ? 0 : before.transitions + 1;
      const own = { holder: this.#name, process: holder.process, durationMs, transitions };
      const acquireTime = microTime(times.wallAt);
      const written = await this.#swap({ ...own, acquireTime }, live, signal);
      if (written !== undefined) return this.#begin({ ...times, live: written });
    }
    const pauseMs = backoffMs(looking, ++this.#looks, this.#name);
    return { type: 'taken', holder: before?.holder || 'somebody who was faster', pauseMs };
  }

  #begin(own: Omit<Tenure, 'fence'>): Standing {
    const fence = new AbortController();
    this.#tenure = { ...own, fence };
    void this.#keep(fence);
    void this.#cutOff(fence);
    return { type: 'held', anew: true };
  }

  #isOurs({ holder, renewTime }: LeaseRecord): boolean {
    return holder === this.#name && this.#written.includes(renewTime);
  }

  #times(): Pick<Tenure, 'wallAt' | 'upAt'> {
    const { clock } = this.#options;
    return { wallAt: clock.now(), upAt: clock.uptime() };
  }

  /** Writes the Lease, renewed now; undefined when it was not as `live` any more. */
  async #swap(
    record: Omit<LeaseRecord, 'renewTime'>,
    live: KubeObject | undefined,
    signal: AbortSignal,
  ): Promise<KubeObject | undefined> {
    const { clock, port } = this.#options;
    const renewTime = microTime(clock.now());
    this.#written = [...this.#written.slice(-1), renewTime];
    return port.swap(leaseObject({ ...record, renewTime }, live), signal);
  }

  async #makeNamespace(): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } };
    await this.#options.port.apply(namespace, { dryRun: false }, unstoppable);
  }

  #lose(fence: AbortController): void {
    if (this.#tenure?.fence !== fence) return;
    this.#tenure = undefined;
    fence.abort();
    this.#options.onLoss();
  }

  /** Renews it in time, and after a failure until it is cut off. */
  async #keep(fence: AbortController): Promise<void> {
    for (let round = 1; ; round++) {
      const due = backoffMs(renewal, round, this.#name);
      await this.#sleepUntil(due);
      if (!this.#isKept(fence)) return;
      const renewing = this.#next(() => this.#renew(AbortSignal.timeout(answerMs), due));
      const failed = await renewing.then(
        () => false,
        () => true,
      );
      if (failed) await this.#options.clock.sleep(retryMs, this.#ended.signal).catch(() => {});
    }
  }

  /** Ends it when it could not be renewed, so early that nobody else has it yet. */
  async #cutOff(fence: AbortController): Promise<void> {
    for (;;) {
      await this.#sleepUntil(cutMs);
      if (!this.#isKept(fence)) return;
      if (this.#tenure !== undefined && this.#ageOf(this.#tenure) >= cutMs) this.#lose(fence);
    }
  }

  #isKept(fence: AbortController): boolean {
    return this.#tenure?.fence === fence && !this.#ended.signal.aborted;
  }

  async #sleepUntil(ageMs: number): Promise<void> {
    const ms = this.#tenure === undefined ? 0 : ageMs - this.#ageOf(this.#tenure);
    if (ms > 0) await this.#options.clock.sleep(ms, this.#ended.signal).catch(() => {});
  }
}
