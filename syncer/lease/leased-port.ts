import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type {
  Applied,
  ApplyOptions,
  ClusterPort,
  Discovery,
  KindRef,
  Labelled,
  Listing,
  ObjectQuery,
  ObjectRef,
  OwnershipPatch,
  SendCheck,
  WatchRequest,
} from '../ports/cluster.ts';
import { noAbort } from '../ports/no-abort.ts';
import type { MemberLease } from './member-lease.ts';

/** The signal that ends a write, and the check right before the port sends the write. */
type Bounds = readonly [signal: AbortSignal, check: SendCheck];

/** A member cluster to which the syncer writes only while it holds the Lease. Reads need no Lease. */
export class LeasedPort implements ClusterPort {
  readonly #port: ClusterPort;
  readonly #lease: MemberLease;

  constructor(port: ClusterPort, lease: MemberLease) {
    this.#port = port;
    this.#lease = lease;
  }

  get namespaces(): readonly string[] | undefined {
    return this.#port.namespaces;
  }

  serverTime(): number | undefined {
    return this.#port.serverTime?.();
  }

  isNamespaced(kind: KindRef, signal: AbortSignal): Promise<boolean | undefined> {
    return this.#port.isNamespaced(kind, signal);
  }

  discover(signal: AbortSignal): Promise<Discovery> {
    return this.#port.discover(signal);
  }

  forgetKinds(apiVersion?: string): void {
    this.#port.forgetKinds(apiVersion);
  }

  read(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined> {
    return this.#port.read(ref, signal);
  }

  list(selection: ObjectQuery, signal: AbortSignal): Promise<Listing> {
    return this.#port.list(selection, signal);
  }

  watch(request: WatchRequest, signal: AbortSignal): Promise<void> {
    return this.#port.watch(request, signal);
  }

  apply(object: KubeObject, how: ApplyOptions, signal: AbortSignal): Promise<Applied> {
    if (how.dryRun) return this.#port.apply(object, how, signal);
    return this.#write(signal, (...bounds) => this.#port.apply(object, how, ...bounds));
  }

  patchOwnership(
    live: KubeObject,
    patch: OwnershipPatch,
    signal: AbortSignal,
  ): Promise<KubeObject> {
    return this.#write(signal, (...bounds) => this.#port.patchOwnership(live, patch, ...bounds));
  }

  removeLabels(target: Labelled, signal: AbortSignal): Promise<void> {
    return this.#write(signal, (...bounds) => this.#port.removeLabels(target, ...bounds));
  }

  delete(ref: ObjectRef, uid: string, signal: AbortSignal): Promise<'gone' | 'deleting'> {
    return this.#write(signal, (...bounds) => this.#port.delete(ref, uid, ...bounds));
  }

  compareAndSwap(object: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined> {
    return this.#write(signal, (...bounds) => this.#port.compareAndSwap(object, ...bounds));
  }

  async #write<T>(signal: AbortSignal, write: (...bounds: Bounds) => Promise<T>): Promise<T> {
    const fence = await this.#lease.fence(signal);
    // Most writes have no signal of their own.
    const bound = signal === noAbort ? fence : AbortSignal.any([signal, fence]);
    try {
      return await write(bound, () => this.#lease.check());
    } catch (error) {
      signal.throwIfAborted();
      if (!fence.aborted) throw error;
      throw new ClusterError('transient', 'cancelled: the Lease could not be renewed');
    }
  }
}
