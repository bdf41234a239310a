import type { KubeObject } from '#model/object.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';
import { type LeasePlace, type LeaseRecord, leaseObject, microTime, readRecord } from './record.ts';

type NewRecord = Omit<LeaseRecord, 'renewTime'>;

interface LeaseWriterOptions {
  /** The `holderIdentity` of this syncer. */
  readonly identity: string;
  readonly port: ClusterPort;
  readonly place: LeasePlace;
  readonly clock: Clock;
}

/** Writes the Lease of one member cluster, and recognises what it wrote. */
export class LeaseWriter {
  readonly #options: LeaseWriterOptions;
  /**
   * The renewTimes that this syncer wrote last. It recognises its Lease by them, even if it did not receive
   * the response to the write.
   */
  #written: readonly string[] = [];

  constructor(options: LeaseWriterOptions) {
    this.#options = options;
  }

  /** Reports whether this syncer wrote the record last. */
  isOwn({ holder, renewTime }: LeaseRecord): boolean {
    return holder === this.#options.identity && this.#written.includes(renewTime);
  }

  /**
   * Writes the Lease with the current time as renewTime. Resolves to the stored Lease, or to undefined if
   * another client has changed it since `live`.
   */
  async swap(
    record: NewRecord,
    live: KubeObject | undefined,
    signal: AbortSignal,
  ): Promise<KubeObject | undefined> {
    const { clock, port, place } = this.#options;
    const renewTime = microTime(clock.now());
    this.#written = [...this.#written.slice(-1), renewTime];
    return port.compareAndSwap(leaseObject({ ...record, renewTime }, live, place), signal);
  }

  /**
   * Writes a Lease that this syncer holds, also if another client has annotated it since `live`.
   *
   * @param edit - changes the Lease before it is written
   */
  async swapOwn(
    record: NewRecord,
    live: KubeObject,
    edit: (lease: KubeObject) => KubeObject,
    signal: AbortSignal,
  ): Promise<KubeObject | undefined> {
    const written = await this.swap(record, edit(live), signal);
    if (written !== undefined) return written;
    const { port, place } = this.#options;
    const now = await port.read(place.ref, signal);
    if (now === undefined || !this.isOwn(readRecord(now))) return undefined;
    return this.swap(record, edit(now), signal);
  }
}
