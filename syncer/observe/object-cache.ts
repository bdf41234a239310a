import { gvkOf, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { hasReadiness } from '../health/health.ts';
import { memberSelector } from '../ownership/applyset.ts';
import type { ClusterPort, KindRef, Listing, ObjectQuery, WatchEvent } from '../ports/cluster.ts';
import { type CachedObject, summarise } from './cached-object.ts';

interface Listed {
  readonly kind: KindRef;
  readonly resourceVersion: string;
}

/** Called on every change with the new and the previous state. Undefined means that the object does not exist. */
export type OnChange = (
  key: ObjectKey,
  now: CachedObject | undefined,
  before: CachedObject | undefined,
) => void;

/**
 * Caches the objects of a member cluster that carry Regatta's label, from a list and then a watch for
 * each kind. The cache does not repair a broken watch: the next `track` lists the kind again, so that only
 * the loop retries.
 */
export class ObjectCache {
  readonly #port: ClusterPort;
  readonly #onChange: OnChange;
  readonly #onBreak: () => void;
  readonly #objects = new Map<ObjectKey, CachedObject>();
  readonly #forbidden = new Map<string, string>();
  /** Kinds that the cache has listed but does not watch yet. */
  readonly #listed = new Map<string, Listed>();
  /** Controllers that end the watches, by kind. */
  readonly #watched = new Map<string, AbortController>();
  /** Watched kinds that the next `track` must list. */
  readonly #stale = new Set<string>();

  constructor(port: ClusterPort, onChange: OnChange, onBreak: () => void) {
    this.#port = port;
    this.#onChange = onChange;
    this.#onBreak = onBreak;
  }

  get objects(): ReadonlyMap<ObjectKey, CachedObject> {
    return this.#objects;
  }

  /** True when no kind or namespace is forbidden. */
  get isWhole(): boolean {
    return this.#port.namespaces === undefined && this.#forbidden.size === 0;
  }

  /** Returns why the syncer cannot read an object, so that its cached state is missing or old; undefined if it can read the object. */
  forbidden(key: ObjectKey): string | undefined {
    const [group, kind, namespace = ''] = key.split('/');
    const { namespaces } = this.#port;
    if (namespace !== '' && namespaces?.includes(namespace) === false) {
      return `namespace ${namespace} is not managed by this agent (managed: ${namespaces.join(', ')})`;
    }
    return this.#forbidden.get(`${group}/${kind}`);
  }

  /**
   * Lists the kinds that the cache lacks or that are stale, except forbidden ones.
   *
   * @returns the kinds that the cluster does not serve
   * @throws ClusterError if a list fails for another reason than a missing permission
   */
  async track(kinds: readonly KindRef[], stop: AbortSignal): Promise<readonly KindRef[]> {
    const isWatched = (kind: KindRef) => this.#watched.has(groupKind(kind));
    const missing = kinds.filter((kind) => !isWatched(kind) || this.#stale.has(groupKind(kind)));
    const known = await Promise.all(
      missing.map((kind) => (isWatched(kind) ? this.#relist(kind, stop) : this.#start(kind, stop))),
    );
    return missing.filter((_, i) => !known[i]);
  }

  /**
   * Watches the listed kinds until `stop`. A watch starts at its list, so that it misses no change. A
   * turn starts the watches after its writes, so that the API server need not report those one by one.
   */
  follow(stop: AbortSignal): void {
    for (const [id, { kind, resourceVersion }] of this.#listed) {
      const end = new AbortController();
      this.#watched.set(id, end);
      const signal = AbortSignal.any([stop, end.signal]);
      void this.#watch(queryFor(kind), resourceVersion, signal).catch(() => {
        if (!stop.aborted) this.#broke(id, end);
      });
    }
    this.#listed.clear();
  }

  /** Makes the next `track` list every kind, in case a watch missed an event. */
  markStale(): void {
    for (const id of this.#watched.keys()) this.#stale.add(id);
  }

  /** Records the response to a write, before its watch event arrives, unless it is older than the cache. */
  note(object: KubeObject): CachedObject {
    const key = keyOf(object);
    const before = this.#objects.get(key);
    if (before !== undefined && before.resourceVersion === object.metadata.resourceVersion) {
      return before;
    }
    const observed = summarise(object);
    if (!isOlder(observed.resourceVersion, before)) this.#set(key, observed);
    return observed;
  }

  /** Records that the API server accepted a deletion. */
  noteDeleted(key: ObjectKey, how: 'gone' | 'deleting'): void {
    const observed = this.#objects.get(key);
    if (how === 'gone') this.#objects.delete(key);
    else if (observed !== undefined) this.#objects.set(key, { ...observed, deleting: true });
  }

  async #start(kind: KindRef, stop: AbortSignal): Promise<boolean> {
    const id = groupKind(kind);
    const listing = await this.#list(kind, stop);
    if (typeof listing === 'string') return this.#without(id, listing);
    this.#replace(id, listing.objects);
    this.#listed.set(id, { kind, resourceVersion: listing.resourceVersion });
    return true;
  }

  /** Lists a watched kind. The watch may be ahead of the list. */
  async #relist(kind: KindRef, stop: AbortSignal): Promise<boolean> {
    const id = groupKind(kind);
    const listing = await this.#list(kind, stop);
    if (typeof listing === 'string') return this.#without(id, listing);
    const { objects, resourceVersion } = listing;
    for (const object of objects) this.note(object);
    for (const key of this.#gone(id, objects)) this.#removeIfOlder(key, resourceVersion);
    return true;
  }

  async #list(kind: KindRef, stop: AbortSignal): Promise<Listing | 'forbidden' | 'unknown'> {
    const id = groupKind(kind);
    try {
      const listing = await this.#port.list(queryFor(kind), stop);
      this.#forbidden.delete(id);
      this.#stale.delete(id);
      return listing;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      if (error.reason === 'unknown-kind') return 'unknown';
      if (error.reason !== 'forbidden') throw error;
      this.#forbidden.set(id, error.message);
      return 'forbidden';
    }
  }

  /** Keeps the last known state of a forbidden kind, and drops an unknown one. Returns whether the cluster serves the kind. */
  #without(id: string, why: 'forbidden' | 'unknown'): boolean {
    this.#watched.get(id)?.abort();
    this.#watched.delete(id);
    this.#listed.delete(id);
    this.#stale.delete(id);
    if (why === 'unknown') this.#replace(id, []);
    return why === 'forbidden';
  }

  #replace(id: string, objects: readonly KubeObject[]): void {
    for (const key of this.#gone(id, objects)) this.#remove(key);
    // The list wins even if it is older, because someone may have restored the cluster from a backup.
    for (const object of objects) this.#set(keyOf(object), summarise(object));
  }

  /** Returns the cached objects of a kind that the list lacks. */
  #gone(id: string, objects: readonly KubeObject[]): readonly ObjectKey[] {
    const keys = new Set(objects.map(keyOf));
    return [...this.#objects.keys()].filter((key) => isOfKind(key, id) && !keys.has(key));
  }

  /** Rejects if the watch breaks: its start is too old, the connection is dead, or the CRD is gone. */
  async #watch(query: ObjectQuery, from: string, stop: AbortSignal): Promise<void> {
    let resourceVersion = from;
    const onEvent = (event: WatchEvent) => {
      if (!stop.aborted) resourceVersion = this.#apply(event);
    };
    while (!stop.aborted) {
      await this.#port.watch({ selection: query, resourceVersion, onEvent }, stop);
    }
  }

  /** The next list finds out why. */
  #broke(id: string, end: AbortController): void {
    // The cache ended this watch itself.
    if (this.#watched.get(id) !== end) return;
    this.#watched.delete(id);
    this.#onBreak();
  }

  #apply(event: WatchEvent): string {
    if (event.type === 'bookmark') return event.resourceVersion;
    const resourceVersion = String(event.object.metadata.resourceVersion ?? '');
    if (event.type === 'changed') this.note(event.object);
    else this.#removeIfOlder(keyOf(event.object), resourceVersion);
    return resourceVersion;
  }

  #removeIfOlder(key: ObjectKey, resourceVersion: string): void {
    if (!isOlder(resourceVersion, this.#objects.get(key))) this.#remove(key);
  }

  #set(key: ObjectKey, observed: CachedObject): void {
    const before = this.#objects.get(key);
    this.#objects.set(key, observed);
    this.#onChange(key, observed, before);
  }

  #remove(key: ObjectKey): void {
    const before = this.#objects.get(key);
    if (this.#objects.delete(key)) this.#onChange(key, undefined, before);
  }
}

function queryFor(kind: KindRef): ObjectQuery {
  return { kind, label: memberSelector, detail: detailOf(kind) };
}

/** Requests bodies only if the health of the kind needs them: Secrets' data stays in the cluster. */
function detailOf(kind: KindRef): ObjectQuery['detail'] {
  return hasReadiness(kind) ? 'object' : 'metadata';
}

function groupKind(kind: KindRef): string {
  const { group, kind: name } = gvkOf(kind);
  return `${group}/${name}`;
}

function isOfKind(key: ObjectKey, id: string): boolean {
  return key.startsWith(`${id}/`);
}

/** Compares resourceVersions of one kind as numbers (Kubernetes 1.35, KEP-5504). */
function isOlder(resourceVersion: string, than: CachedObject | undefined): boolean {
  if (than === undefined) return false;
  const [a, b] = [resourceVersion, than.resourceVersion];
  return a.length === b.length ? a < b : a.length < b.length;
}
