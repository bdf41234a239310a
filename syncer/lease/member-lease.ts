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

/** Pause after a failed renewal, in milliseconds. */
const retryMs = 3000;
/** Interval at which a waiting syncer reads the Lease. */
const waitBackoff: Backoff = { firstMs: 5000, maxMs: 5000 };
/** Maximum wait for the release at a stop, in milliseconds. The Lease also expires by itself. */
const releaseMs = 3000;

/** Another syncer holds the Lease. */
export interface HeldByOther {
  readonly type: 'held-by-other';
  readonly holder: string;
  /** Milliseconds after which to try again. */
  readonly pauseMs: number;
}

/** The result of `take`. `acquired`: the Lease was not held before, so that another syncer may have written meanwhile. */
type LeaseState = { readonly type: 'holding'; readonly acquired: boolean } | HeldByOther;

const holding: LeaseState = { type: 'holding', acquired: false };

interface MemberLeaseOptions {
  /** Name of the cluster. */
  readonly name: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly holder: HolderPort;
  /** Called when the Lease is lost, or may be lost soon. */
  readonly onLoss: () => void;
}

/**
 * One member cluster's Lease. Only its holder writes to the cluster. As in client-go, another holder's
 * Lease has expired if it did not change for its whole duration on the local clock. The syncer's own
 * Lease has expired if either local clock says so, because one stops while the machine is suspended.
 */
export class MemberLease {
  readonly #options: MemberLeaseOptions;
  readonly #name: string;
  readonly #observer: Observer;
  #heldLease: HeldLease | undefined;
  /** The renewTimes of the last writes: a Lease with one of them is the syncer's own, even if the response was lost. */
  #written: readonly string[] = [];
  /** The last request about the Lease. Requests are sent one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #attempts = 0;
  /** Start of the last write, on the monotonic clock. */
  #wroteAt = Number.NEGATIVE_INFINITY;
  readonly #ended = new AbortController();

  constructor(options: MemberLeaseOptions) {
    this.#options = options;
    // Two contexts may name the same cluster.
    this.#name = `${options.holder.name}_${options.name}`;
    this.#observer = new Observer(options.clock, options.holder);
  }

  /**
   * Acquires or renews the Lease before a turn. Sends nothing while the Lease is held.
   *
   * @throws ClusterError when the cluster does not answer or rejects the request
   */
  async take(signal: AbortSignal): Promise<LeaseState> {
    if (this.#heldLease?.isOpen) return holding;
    return this.#next(async () => ((await this.#renew(signal)) ? holding : this.#claim(signal)));
  }

  /**
   * Returns the signal that aborts when a write that begins now must end.
   *
   * @throws ClusterError `transient` when the syncer does not hold the Lease
   */
  async fence(signal: AbortSignal): Promise<AbortSignal> {
    if (!this.#heldLease?.isOpen) await this.#next(() => this.#renew(signal));
    this.#wroteAt = this.#options.clock.uptime();
    return this.check().fence.signal;
  }

  /** Checks that a write may begin now: the process may have been suspended after `fence`. @throws ClusterError `transient` */
  check(): HeldLease {
    if (this.#heldLease?.isOpen) return this.#heldLease;
    throw new ClusterError(
      'transient',
      'not written: this syncer does not hold the Lease of the cluster',
    );
  }

  /** Releases the Lease, so that no other syncer has to wait for it. Errors are harmless. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#giveUp();
  }

  /** Releases the Lease of a syncer that has nothing to write yet. It can be acquired again. */
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

  /** Renews the Lease if no write may begin any more, or `always`. Resolves to whether the syncer still holds it. */
  async #renew(signal: AbortSignal, always: boolean = false): Promise<boolean> {
    const heldLease = this.#heldLease;
    if (heldLease === undefined || (heldLease.isOpen && !always)) return heldLease !== undefined;
    const { clock } = this.#options;
    const { fence } = heldLease;
    const since = momentOf(clock);
    const isIdle = since.up - this.#wroteAt > busyMs;
    const record = { ...readRecord(heldLease.live), durationMs: isIdle ? idleMs : busyMs };
    const live = await this.#swap(record, heldLease.live, signal).catch((error: unknown) => {
      // The write may have succeeded. Other syncers would then wait for less time than this one assumes.
      if (record.durationMs < heldLease.durationMs) this.#lose(fence);
      throw error;
    });
    if (live === undefined) this.#lose(fence);
    // The Lease may have been lost meanwhile.
    if (live === undefined || this.#heldLease !== heldLease) return false;
    this.#hold(new HeldLease({ clock, live, since, fence }));
    return true;
  }

  async #claim(signal: AbortSignal): Promise<LeaseState> {
    const { port, holder } = this.#options;
    const live = await port.read(leaseRef, signal);
    if (live === undefined) await this.#createNamespace();
    const before = live && readRecord(live);
    if (before === undefined || this.#isOurEntry(before) || this.#observer.isFree(before)) {
      const since = momentOf(this.#options.clock);
      const transitions = before === undefined ? 0 : before.transitions + 1;
      const own = { holder: this.#name, process: holder.process, durationMs: busyMs, transitions };
      const acquireTime = microTime(since.wall);
      const written = await this.#swap({ ...own, acquireTime }, live, signal);
      if (written !== undefined) return this.#begin(written, since);
    }
    const pauseMs = backoffMs(waitBackoff, ++this.#attempts, this.#name);
    return { type: 'held-by-other', holder: before?.holder || 'another syncer', pauseMs };
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

  /** Writes the Lease with the current renewTime; resolves to undefined if it differs from `live`. */
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

  async #createNamespace(): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } };
    await this.#options.port.apply(namespace, { dryRun: false }, noAbort);
  }

  #lose(fence: AbortController): void {
    if (this.#heldLease?.fence !== fence) return;
    this.#heldLease = undefined;
    fence.abort();
    this.#options.onLoss();
  }

  /** Renews the Lease in time. After a failure it retries until the Lease is lost. */
  async #keep(fence: AbortController): Promise<void> {
    for (let round = 1; this.#isKept(fence); round++) {
      const latest = this.#heldLease?.renewAfterMs ?? 0;
      const due = backoffMs({ firstMs: latest, maxMs: latest }, round, this.#name);
      // Renewals of many clusters at the same moment cost a process less than single ones.
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

  /** Gives up a Lease that was not renewed, before another syncer may acquire it. */
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
