import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { Applied, ApplyOptions, ObjectRef, WatchRequest } from '#syncer/ports/cluster.ts';
import type { Clock } from '#syncer/ports/machine.ts';
import { FakeCluster } from './fake-cluster.ts';

/** The faults between a syncer and a cluster. */
export interface Faults {
  /** Share of watch events that get lost. Bookmarks arrive. */
  readonly lostEvents?: number;
  /** Share of writes that the API server answers with 409, without doing them. */
  readonly conflicts?: number;
  /** True if a proxy carries out each write again, two to six seconds later. */
  readonly repeats?: true;
}

/** A cluster behind a faulty proxy. Its faults follow from a seed. */
export class FaultyCluster extends FakeCluster {
  faults: Faults = {};
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Writes that the proxy will carry out again. */
  repeating = 0;

  constructor(clock: Clock, random: () => number) {
    super();
    this.#clock = clock;
    this.#random = random;
  }

  override writeTime(): string {
    return new Date(Math.floor(this.#clock.now() / 1000) * 1000).toISOString();
  }

  override async apply(object: KubeObject, how: ApplyOptions): Promise<Applied> {
    const write = () => super.apply(object, how);
    return how.dryRun ? write() : this.#through(write);
  }

  override async delete(ref: ObjectRef, uid: string): Promise<'gone' | 'deleting'> {
    return this.#through(() => super.delete(ref, uid));
  }

  override watch(request: WatchRequest, signal: AbortSignal): Promise<void> {
    const { onEvent } = request;
    const lossy: WatchRequest['onEvent'] = (event) => {
      const isLost = this.#random() < (this.faults.lostEvents ?? 0);
      if (!isLost) return onEvent(event);
      const resourceVersion =
        'object' in event ? String(event.object.metadata.resourceVersion) : '';
      onEvent({ type: 'bookmark', resourceVersion });
    };
    return super.watch({ ...request, onEvent: lossy }, signal);
  }

  async #through<T>(write: () => Promise<T>): Promise<T> {
    if (this.#random() < (this.faults.conflicts ?? 0)) {
      throw new ClusterError('transient', 'the object has been modified', { status: 409 });
    }
    const result = await write();
    if (this.faults.repeats) void this.#repeat(write);
    return result;
  }

  async #repeat(write: () => Promise<unknown>): Promise<void> {
    this.repeating++;
    await this.#clock.sleep(2000 + this.#random() * 4000, new AbortController().signal);
    await write().catch(() => {});
    this.repeating--;
  }
}

/** Returns a generator of numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
