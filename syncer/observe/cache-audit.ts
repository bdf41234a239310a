import { createHash } from 'node:crypto';
import { keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { Trigger } from '../pace/trigger.ts';
import type { ClusterPort, Listing, ObjectQuery } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';
import { type CachedObject, isOlder } from './cached-object.ts';
import { groupKind, isOfKind } from './group-kind.ts';

/** Time between audits, which a hash of the cluster's name lengthens by up to a tenth; milliseconds. */
const everyMs = 300_000;

/** Time until an audit after a turn that met conflicts or failures, in milliseconds. */
const soonMs = 10_000;

/** Maximum time that an event of a watch is late, in milliseconds. */
const lateMs = 2000;

interface WatchedCache {
  readonly objects: ReadonlyMap<ObjectKey, CachedObject>;
  /** The kinds whose watches keep the cache current. */
  readonly watched: readonly ObjectQuery[];
  distrust(id: string): void;
}

interface CacheAuditOptions {
  readonly cluster: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly cache: WatchedCache;
  /** Called with the `groupKind` of a kind whose watch missed events. The next turn lists the kind again. */
  readonly onMissed: (id: string) => void;
}

/**
 * Compares the cache with the cluster from time to time, because watches may miss events without breaking. An audit
 * costs one list of metadata for each kind, from the cache of the API server, and writes nothing.
 */
export class CacheAudit {
  readonly #options: CacheAuditOptions;
  readonly #trigger = new Trigger();
  readonly #periodMs: number;
  #dueAt: number;
  /** True if a turn failed since the last one that ended. */
  #hasFailed = false;
  /** Time of the last turn that met conflicts or failures, in milliseconds since the epoch. */
  #troubledAt = Number.NEGATIVE_INFINITY;

  constructor(options: CacheAuditOptions) {
    this.#options = options;
    const [byte = 0] = createHash('sha256').update(options.cluster).digest();
    this.#periodMs = Math.round(everyMs * (1 + byte / 2560));
    this.#dueAt = options.clock.now() + this.#periodMs;
  }

  /** Records a turn that failed. The next turn that ends plans the audit, because a cluster that is offline answers none. */
  failed(): void {
    this.#hasFailed = true;
  }

  /**
   * Records a turn that ended.
   *
   * @param isTroubled - whether it met conflicts, failures or unknown outcomes
   */
  settled(isTroubled: boolean): void {
    if (!isTroubled && !this.#hasFailed) return;
    this.#hasFailed = false;
    this.#troubledAt = this.#options.clock.now();
    this.#dueAt = Math.min(this.#dueAt, this.#troubledAt + soonMs);
    this.#trigger.fire();
  }

  /** Audits until stopped. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!stop.aborted) {
      await this.#trigger.wait(clock, Math.max(0, this.#dueAt - clock.now()), stop);
      if (stop.aborted || clock.now() < this.#dueAt) continue;
      const from = clock.now();
      await this.#audit(stop);
      const soonAt = this.#troubledAt + soonMs;
      this.#dueAt = soonAt > from ? soonAt : clock.now() + this.#periodMs;
    }
  }

  async #audit(stop: AbortSignal): Promise<void> {
    const { cache, onMissed } = this.#options;
    for (const query of cache.watched) {
      const missed = await this.#hasMissed(query, stop).catch((error: unknown) => {
        if (!stop.aborted && !(error instanceof ClusterError)) throw error;
        return undefined;
      });
      // The turns find out why the cluster does not answer.
      if (missed === undefined || stop.aborted) return;
      if (!missed) continue;
      const id = groupKind(query.kind);
      cache.distrust(id);
      onMissed(id);
    }
  }

  /** Reports whether the cache differs from the cluster, and not only because an event is late. */
  async #hasMissed(query: ObjectQuery, stop: AbortSignal): Promise<boolean> {
    const { port, clock, cache } = this.#options;
    const id = groupKind(query.kind);
    const selection = { ...query, detail: 'metadata', mayBeOld: true } as const;
    const first = differencesOf(cache.objects, id, await port.list(selection, stop));
    if (first.size === 0) return false;
    await clock.sleep(lateMs, stop);
    const second = differencesOf(cache.objects, id, await port.list(selection, stop));
    return [...first].some(([key, resourceVersion]) => {
      const now = second.get(key);
      if (now === undefined || resourceVersion === gone) return now === resourceVersion;
      const cached = cache.objects.get(key);
      return now !== gone && (!cached || isOlder(cached.resourceVersion, { resourceVersion }));
    });
  }
}

/** The state of an object that a list lacks. */
const gone = '';

/** Returns the listed resourceVersions of the objects that the cache lacks or knows at an older one, and the objects that are gone. */
function differencesOf(
  cached: ReadonlyMap<ObjectKey, CachedObject>,
  id: string,
  { objects, resourceVersion }: Listing,
): ReadonlyMap<ObjectKey, string> {
  const listed = new Map(
    objects.map((object) => [keyOf(object), String(object.metadata.resourceVersion ?? '')]),
  );
  const newer = [...listed].filter(([key, version]) => {
    const known = cached.get(key);
    return known === undefined || isOlder(known.resourceVersion, { resourceVersion: version });
  });
  const lost = [...cached].filter(
    ([key, one]) => isOfKind(key, id) && !listed.has(key) && !isOlder(resourceVersion, one),
  );
  return new Map([...newer, ...lost.map(([key]) => [key, gone] as const)]);
}
