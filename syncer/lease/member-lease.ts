import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { systemNamespace } from '../ownership/applyset.ts';
import { type Backoff, backoffMs } from '../pace/backoff.ts';
import { noAbort } from '../pace/no-abort.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import type { Clock, HolderPort } from '../ports/machine.ts';
import { busyMs, HeldLease, idleMs, type Moment, momentOf } from './held-lease.ts';
import { Observer } from './observer.ts';
import { type LeaseRecord, leaseObject, leaseRef, microTime, readRecord } from './record.ts';

/** After a renewal that failed. */
const retryMs = 3000;
/** How often those who wait for it look. */
const looking: Backoff = { firstMs: 5000, maxMs: 5000 };
/** A stop waits no longer for the release; the Lease runs out by itself. */
const releaseMs = 3000;

/** Somebody else has the Lease; worth another look after so many milliseconds. */
export interface HeldByOther {
  readonly type: 'held-by-other';
  readonly holder: string;
  readonly pauseMs: number;
}

/** What came of asking for it; `anew`: it was not held before, so others may have written meanwhile. */
type LeaseState = { readonly type: 'holding'; readonly acquired: boolean } | HeldByOther;

const holding: LeaseState = { type: 'holding', acquired: false };

interface MemberLeaseOptions {
  /** The cluster's. */
  readonly name: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly holder: HolderPort;
  /** It is not held any more, or may soon not be. */
  readonly onLoss: () => void;
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
  #heldLease: HeldLease | undefined;
  /** The renewTimes of our last writes: what has one of them is ours, also if its answer was lost. */
  #written: readonly string[] = [];
  /** The last request about the Lease: one is made at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #looks = 0;
  /** When a write began last, on the clock that nobody sets. */
  #wroteAt = Number.NEGATIVE_INFINITY;
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
  async take(signal: AbortSignal): Promise<LeaseState> {
    if (this.#heldLease?.isOpen) return holding;
    return this.#next(async () => ((await this.#renew(signal)) ? holding : this.#claim(signal)));
  }

  /**
   * For a write that begins now: a signal that aborts when it has to be over.
   *
   * @throws ClusterError `transient` when the Lease is not ours (any more)
   */
  async fence(signal: AbortSignal): Promise<AbortSignal> {
    if (!this.#heldLease?.isOpen) await this.#next(() => this.#renew(signal));
    this.#wroteAt = this.#options.clock.uptime();
    return this.check().fence.signal;
  }

  /** @throws ClusterError `transient` when no write may begin now: we may have been asleep since the fence was given */
  check(): HeldLease {
    if (this.#heldLease?.isOpen) return this.#heldLease;
    throw new ClusterError(
      'transient',
      'not written: the Lease of the cluster is not held any more',
    );
  }

  /** Gives it up, so that nobody has to wait for it. Whatever goes wrong here does no harm. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#giveUp();
  }

  /** As `release`, but the Lease may be taken again: for a syncer that has nothing to write yet. */
  async yield(): Promise<void> {
    this.#heldLease?.fence.abort();
    await this.#giveUp();
  }

  async #giveUp(): Promise<void> {
    await this.#next(async () => {
      const heldLease = this.#heldLease;
      if (heldLease === undefined) return;
      this.#heldLease = undefined;
      const record = { ...readRecord(heldLease.live), holder: '', process: '', durationMs: 0 };
      await this.#swap(record, heldLease.live, AbortSignal.timeout(releaseMs));
    }).catch(() => {});
  }

  #next<T>(request: () => Promise<T>): Promise<T> {
    const result = this.#last.then(request);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Whether it is ours still; asked only where no write may begin any more, or `always`. */
  async #renew(signal: AbortSignal, always: boolean = false): Promise<boolean> {
    const heldLease = this.#heldLease;
    if (heldLease === undefined || (heldLease.isOpen && !always)) return heldLease !== undefined;
    const { clock } = this.#options;
    const { fence } = heldLease;
    const since = momentOf(clock);
    const isIdle = since.up - this.#wroteAt > busyMs;
    const record = { ...readRecord(heldLease.live), durationMs: isIdle ? idleMs : busyMs };
    const live = await this.#swap(record, heldLease.live, signal).catch((error: unknown) => {
      // It may have been written: others then wait for less long than we believe.
      if (record.durationMs < heldLease.durationMs) this.#lose(fence);
      throw error;
    });
    if (live === undefined) this.#lose(fence);
    // It may have been cut off meanwhile.
    if (live === undefined || this.#heldLease !== heldLease) return false;
    this.#hold(new HeldLease({ clock, live, since, fence }));
    return true;
  }

  async #claim(signal: AbortSignal): Promise<LeaseState> {
    const { port, holder } = this.#options;
    const live = await port.read(leaseRef, signal);
    if (live === undefined) await this.#makeNamespace();
    const before = live && readRecord(live);
    if (before === undefined || this.#isOurEntry(before) || this.#observer.isFree(before)) {
      const since = momentOf(this.#options.clock);
      const transitions = before === undefined ? 0 : before.transitions + 1;
      const own = { holder: this.#name, process: holder.process, durationMs: busyMs, transitions };
      const acquireTime = microTime(since.wall);
      const written = await this.#swap({ ...own, acquireTime }, live, signal);
      if (written !== undefined) return this.#begin(written, since);
    }
    const pauseMs = backoffMs(looking, ++this.#looks, this.#name);
    return { type: 'held-by-other', holder: before?.holder || 'somebody who was faster', pauseMs };
  }

  #begin(live: KubeObject, since: Moment): LeaseState {
    const { clock } = this.#options;
    const fence = new AbortController();
    this.#wroteAt = since.up;
    this.#hold(new HeldLease({ clock, live, since, fence }));
    void this.#keep(fence);
    return { type: 'holding', acquired: true };
  }

  #isOurEntry({ holder, renewTime }: LeaseRecord): boolean {
    return holder === this.#name && this.#written.includes(renewTime);
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
    return port.compareAndSwap(leaseObject({ ...record, renewTime }, live), signal);
  }

  async #makeNamespace(): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } };
    await this.#options.port.apply(namespace, { dryRun: false }, noAbort);
  }

  #lose(fence: AbortController): void {
    if (this.#heldLease?.fence !== fence) return;
    this.#heldLease = undefined;
    fence.abort();
    this.#options.onLoss();
  }

  /** Renews it in time, and after a failure until it is cut off. */
  async #keep(fence: AbortController): Promise<void> {
    for (let round = 1; this.#isKept(fence); round++) {
      const latest = this.#heldLease?.renewAfterMs ?? 0;
      const due = backoffMs({ firstMs: latest, maxMs: latest }, round, this.#name);
      // Those of many clusters together cost a process less than one by one.
      const early = (this.#options.clock.uptime() + due) % (latest / 10);
      await this.#sleep(due - early);
      while (this.#isKept(fence)) {
        const renewing = this.#next(() => this.#renew(noAbort, true));
        if (await renewing.catch(() => false)) break;
        await this.#sleep(retryMs);
      }
    }
  }

  #hold(heldLease: HeldLease): void {
    this.#heldLease = heldLease;
    void this.#cutOff(heldLease);
  }

  /** Ends it when it was not renewed, so early that nobody else has it yet. */
  async #cutOff(heldLease: HeldLease): Promise<void> {
    while (this.#heldLease === heldLease && !this.#ended.signal.aborted) {
      if (heldLease.cutInMs === 0) this.#lose(heldLease.fence);
      else await this.#sleep(heldLease.cutInMs);
    }
  }

  #isKept(fence: AbortController): boolean {
    return this.#heldLease?.fence === fence && !this.#ended.signal.aborted;
  }

  async #sleep(ms: number): Promise<void> {
    await this.#options.clock.sleep(ms, this.#ended.signal).catch(() => {});
  }
}
