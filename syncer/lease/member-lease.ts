import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { createSystemNamespace } from '../ownership/create-namespace.ts';
import { type Backoff, backoffMs } from '../pace/backoff.ts';
import { type ClusterPort, WriteCut } from '../ports/cluster.ts';
import type { Clock, HolderPort } from '../ports/machine.ts';
import { noAbort } from '../ports/no-abort.ts';
import { busyMs, HeldLease, idleMs, type Moment, momentOf } from './held-lease.ts';
import type { LeaseState } from './lease-state.ts';
import { LeaseWriter } from './lease-writer.ts';
import { Observer } from './observer.ts';
import { type ReconcileAnswer, withAnswer } from './reconcile-request.ts';
import { type LeasePlace, microTime, readRecord } from './record.ts';

/** Pause after a failed renewal, in milliseconds. */
const retryMs = 3000;
/** Interval at which a syncer reads the Lease that another syncer holds. */
const waitBackoff: Backoff = { firstMs: 5000, maxMs: 5000 };
/** Maximum time for the request that releases the Lease, in milliseconds. Without it, the Lease expires later. */
const releaseMs = 3000;

const holding: LeaseState = { type: 'holding', acquired: false };

interface MemberLeaseOptions {
  /** Name of the cluster. */
  readonly name: string;
  readonly port: ClusterPort;
  /** The Lease, and the marks of the fleet that it belongs to. */
  readonly place: LeasePlace;
  /** Field manager that creates the Lease's namespace. */
  readonly manager: string;
  readonly clock: Clock;
  readonly holder: HolderPort;
  /** Called when this syncer no longer holds the Lease, or another syncer may acquire it soon. */
  readonly onLoss: () => void;
  /**
   * Called with the Lease when this syncer has acquired or renewed it, and with a signal that aborts when the syncer
   * loses it.
   */
  readonly onHeld?: (lease: KubeObject, end: AbortSignal) => void;
}

const unchanged = (lease: KubeObject): KubeObject => lease;

/**
 * Holds the Lease of one member cluster. Only the syncer that holds it writes to the cluster. As in client-go,
 * a Lease of another syncer has expired if it did not change for its whole duration, which this machine
 * measures itself. This syncer's own Lease has expired as soon as the wall clock or the monotonic clock says
 * so, because the monotonic clock stops while the machine is suspended.
 */
export class MemberLease {
  readonly #options: MemberLeaseOptions;
  readonly #name: string;
  readonly #observer: Observer;
  #heldLease: HeldLease | undefined;
  readonly #writer: LeaseWriter;
  /** The answer to the last request, until the Lease contains it. */
  #answer: ReconcileAnswer | undefined;
  /** Resolves when the latest request about the Lease has ended. The next request waits for it. */
  #last: Promise<unknown> = Promise.resolve();
  #attempts = 0;
  /** When the last write to the cluster began, in milliseconds on the monotonic clock. */
  #wroteAt = Number.NEGATIVE_INFINITY;
  readonly #ended = new AbortController();

  constructor(options: MemberLeaseOptions) {
    this.#options = options;
    // The identity contains the context's name, because two contexts may lead to the same cluster.
    this.#name = `${options.holder.name}_${options.name}`;
    this.#observer = new Observer(options.clock, options.holder);
    this.#writer = new LeaseWriter({ ...options, identity: this.#name });
  }

  /**
   * Acquires or renews the Lease before a turn. Sends no request while the Lease allows writes.
   *
   * @throws ClusterError if the cluster does not answer or rejects the request
   */
  async take(signal: AbortSignal): Promise<LeaseState> {
    if (this.#heldLease?.isOpen) return holding;
    return this.#next(async () => ((await this.#renew(signal)) ? holding : this.#claim(signal)));
  }

  /**
   * Returns the signal that aborts a write that begins now, before another syncer may acquire the Lease.
   * Renews the Lease first if it no longer allows writes.
   *
   * @throws ClusterError `transient` when the syncer does not hold the Lease
   */
  async fence(signal: AbortSignal): Promise<AbortSignal> {
    if (!this.#heldLease?.isOpen) await this.#next(() => this.#renew(signal));
    this.#wroteAt = this.#options.clock.uptime();
    return this.check().fence.signal;
  }

  /**
   * Checks that a write may begin now, because the process may have been suspended after `fence`.
   *
   * @throws ClusterError `transient` when the syncer does not hold the Lease, or must renew it first
   */
  check(): HeldLease {
    if (this.#heldLease?.isOpen) return this.#heldLease;
    throw new ClusterError(
      'transient',
      'not written: this syncer does not hold the Lease of the cluster',
    );
  }

  /**
   * Releases the Lease for good, so that no other syncer has to wait until it expires. Does not reject: if
   * the request fails, the Lease expires.
   */
  async release(): Promise<void> {
    this.#ended.abort();
    // A write that the API server has not answered must not outlive the Lease.
    this.#heldLease?.fence.abort(new WriteCut());
    await this.#giveUp();
  }

  /** Writes the answer to a request into the Lease. Does not reject: after a failure, the next renewal writes the answer. */
  async answer(answer: ReconcileAnswer): Promise<void> {
    this.#answer = answer;
    await this.#next(() => this.#renew(noAbort, true)).catch(() => {});
  }

  /** Releases the Lease because the syncer has nothing to write yet. `take` can acquire it again. Does not reject. */
  async yield(): Promise<void> {
    this.#heldLease?.fence.abort(new WriteCut());
    await this.#giveUp();
  }

  async #giveUp(): Promise<void> {
    await this.#next(async () => {
      const heldLease = this.#heldLease;
      if (heldLease === undefined) return;
      this.#heldLease = undefined;
      const record = { ...readRecord(heldLease.live), holder: '', process: '', durationMs: 0 };
      const { live } = heldLease;
      await this.#writer.swapOwn(record, live, unchanged, AbortSignal.timeout(releaseMs));
    }).catch(() => {});
  }

  #next<T>(request: () => Promise<T>): Promise<T> {
    const result = this.#last.then(request);
    this.#last = result.catch(() => {});
    return result;
  }

  /**
   * Renews the Lease if it no longer allows a write to begin, or in any case with `always`. Resolves to
   * whether the syncer still holds it.
   */
  async #renew(signal: AbortSignal, always: boolean = false): Promise<boolean> {
    const heldLease = this.#heldLease;
    if (heldLease === undefined || (heldLease.isOpen && !always)) return heldLease !== undefined;
    const { clock } = this.#options;
    const { fence } = heldLease;
    const since = momentOf(clock);
    const isIdle = since.up - this.#wroteAt > busyMs;
    const record = { ...readRecord(heldLease.live), durationMs: isIdle ? idleMs : busyMs };
    const answer = this.#answer;
    const edit = (lease: KubeObject) => withAnswer(lease, answer);
    const swapping = this.#writer.swapOwn(record, heldLease.live, edit, signal);
    const live = await swapping.catch((error: unknown) => {
      // The API server may have stored the shorter duration. Other syncers would then wait for less
      // time than this one assumes.
      if (record.durationMs < heldLease.durationMs) this.#lose(fence);
      throw error;
    });
    if (live === undefined) this.#lose(fence);
    // The syncer may have lost the Lease while the request was under way.
    if (live === undefined || this.#heldLease !== heldLease) return false;
    if (this.#answer === answer) this.#answer = undefined;
    this.#hold(new HeldLease({ clock, live, since, fence }));
    return true;
  }

  async #claim(signal: AbortSignal): Promise<LeaseState> {
    const { port, holder, place, manager } = this.#options;
    const live = await port.read(place.ref, signal);
    if (live === undefined) await createSystemNamespace(port, manager);
    const before = live && readRecord(live);
    if (before === undefined || this.#writer.isOwn(before) || this.#observer.isFree(before)) {
      const since = momentOf(this.#options.clock);
      const transitions = before === undefined ? 0 : before.transitions + 1;
      const own = { holder: this.#name, process: holder.process, durationMs: busyMs, transitions };
      const acquireTime = microTime(since.wall);
      const written = await this.#writer.swap({ ...own, acquireTime }, live, signal);
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

  #lose(fence: AbortController): void {
    if (this.#heldLease?.fence !== fence) return;
    this.#heldLease = undefined;
    fence.abort(new WriteCut());
    this.#options.onLoss();
  }

  /** Renews the Lease each time before it expires. After a failure it retries, until the syncer loses the Lease. */
  async #keep(fence: AbortController): Promise<void> {
    for (let round = 1; this.#isKept(fence); round++) {
      const latest = this.#heldLease?.renewAfterMs ?? 0;
      const due = backoffMs({ firstMs: latest, maxMs: latest }, round, this.#name);
      // Renew a little early, at a moment that all Leases share: a process works less for many renewals
      // at once than for each by itself.
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
    this.#options.onHeld?.(heldLease.live, heldLease.fence.signal);
    void this.#cutOff(heldLease);
  }

  /** Gives up a Lease that the syncer could not renew, before another syncer may acquire it. */
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
