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

/** Told of every change, with what was known before; `undefined` when there is no such object. */
export type OnChange = (
  key: ObjectKey,
  now: CachedObject | undefined,
  before: CachedObject | undefined,
) => void;

/**
 * What a member cluster holds of ours, as lists tell it and then one label-filtered watch a kind. A
 * watch that breaks is not mended here: its kind is listed again by the next `track`, so that all
 * retries have one place, the loop.
 */
export class ObjectCache {
  readonly #port: ClusterPort;
  readonly #onChange: OnChange;
  readonly #onBreak: () => void;
  readonly #objects = new Map<ObjectKey, CachedObject>();
  readonly #forbidden = new Map<string, string>();
  /** What was listed and is not watched yet, by kind. */
  readonly #listed = new Map<string, Listed>();
  /** By kind: ends its watch. */
  readonly #watched = new Map<string, AbortController>();
  /** Kinds that are watched, but are to be listed too. */
  readonly #unsure = new Set<string>();

  constructor(port: ClusterPort, onChange: OnChange, onBreak: () => void) {
    this.#port = port;
    this.#onChange = onChange;
    this.#onBreak = onBreak;
  }

  get objects(): ReadonlyMap<ObjectKey, CachedObject> {
    return this.#objects;
  }

  /** Nothing may not be looked at. */
  get isWhole(): boolean {
    return this.#port.namespaces === undefined && this.#forbidden.size === 0;
  }

  /** Why an object may not be looked at: what is known of it is nothing, or of before. */
  forbidden(key: ObjectKey): string | undefined {
    const [group, kind, namespace = ''] = key.split('/');
    const { namespaces } = this.#port;
    if (namespace !== '' && namespaces?.includes(namespace) === false) {
      return `namespace ${namespace} is none of those that are looked after: ${namespaces.join(', ')}`;
    }
    return this.#forbidden.get(`${group}/${kind}`);
  }

  /**
   * Makes sure that all our objects of these kinds are known; but of `forbidden` ones.
   *
   * @returns the kinds that the cluster doesn't have: it holds nothing of them
   * @throws ClusterError when a kind can't be listed
   */
  async track(kinds: readonly KindRef[], stop: AbortSignal): Promise<readonly KindRef[]> {
    const isWatched = (kind: KindRef) => this.#watched.has(groupKind(kind));
    const missing = kinds.filter((kind) => !isWatched(kind) || this.#unsure.has(groupKind(kind)));
    const known = await Promise.all(
      missing.map((kind) =>
        isWatched(kind) ? this.#lookAgain(kind, stop) : this.#start(kind, stop),
      ),
    );
    return missing.filter((_, i) => !known[i]);
  }

  /**
   * Watches until `stop` what was listed: what has changed since then is told first. Between the two,
   * a cluster has nobody to tell of what we write ourselves.
   */
  follow(stop: AbortSignal): void {
    for (const [id, { kind, resourceVersion }] of this.#listed) {
      const end = new AbortController();
      this.#watched.set(id, end);
      const signal = AbortSignal.any([stop, end.signal]);
      void this.#watch(selectionOf(kind), resourceVersion, signal).catch(() => {
        if (!stop.aborted) this.#broke(id, end);
      });
    }
    this.#listed.clear();
  }

  /** Has the next `track` list every kind, in case that its watch has missed something. */
  markStale(): void {
    for (const id of this.#watched.keys()) this.#unsure.add(id);
  }

  /** Takes in what one of our own writes returned, ahead of its watch event, unless it is older. */
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

  /** Takes in that one of our own deletes was accepted. */
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

  /** Lists a kind beside its watch, which may be ahead of the list. */
  async #lookAgain(kind: KindRef, stop: AbortSignal): Promise<boolean> {
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
      const listing = await this.#port.list(selectionOf(kind), stop);
      this.#forbidden.delete(id);
      this.#unsure.delete(id);
      return listing;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      if (error.reason === 'unknown-kind') return 'unknown';
      if (error.reason !== 'forbidden') throw error;
      this.#forbidden.set(id, error.message);
      return 'forbidden';
    }
  }

  /** Of what may not be looked at, what is known stays. Returns whether the cluster has the kind. */
  #without(id: string, why: 'forbidden' | 'unknown'): boolean {
    this.#watched.get(id)?.abort();
    this.#watched.delete(id);
    this.#listed.delete(id);
    this.#unsure.delete(id);
    if (why === 'unknown') this.#replace(id, []);
    return why === 'forbidden';
  }

  #replace(id: string, objects: readonly KubeObject[]): void {
    for (const key of this.#gone(id, objects)) this.#remove(key);
    // A list is the truth even if it is older: the cluster may have been restored from a backup.
    for (const object of objects) this.#set(keyOf(object), summarise(object));
  }

  /** Those of a kind that are known, but not listed. */
  #gone(id: string, objects: readonly KubeObject[]): readonly ObjectKey[] {
    const keys = new Set(objects.map(keyOf));
    return [...this.#objects.keys()].filter((key) => isOfKind(key, id) && !keys.has(key));
  }

  /** Rejects when the watch broke: too old a start, a dead connection, a deleted CRD. */
  async #watch(selection: ObjectQuery, from: string, stop: AbortSignal): Promise<void> {
    let resourceVersion = from;
    const onEvent = (event: WatchEvent) => {
      if (!stop.aborted) resourceVersion = this.#take(event);
    };
    while (!stop.aborted) {
      await this.#port.watch({ selection, resourceVersion, onEvent }, stop);
    }
  }

  /** The next list tells why. */
  #broke(id: string, end: AbortController): void {
    // Ended by us, it has a successor, or needs none.
    if (this.#watched.get(id) !== end) return;
    this.#watched.delete(id);
    this.#onBreak();
  }

  #take(event: WatchEvent): string {
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

function selectionOf(kind: KindRef): ObjectQuery {
  return { kind, label: memberSelector, detail: detailOf(kind) };
}

/** Bodies are fetched only where health needs them: Secrets' data stays in the cluster. */
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

/** resourceVersions of one kind can be compared as numbers (Kubernetes 1.35, KEP-5504). */
function isOlder(resourceVersion: string, than: CachedObject | undefined): boolean {
  if (than === undefined) return false;
  const [a, b] = [resourceVersion, than.resourceVersion];
  return a.length === b.length ? a < b : a.length < b.length;
}
