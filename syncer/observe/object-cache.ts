import { type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { memberSelector } from '../ownership/applyset.ts';
import type { FleetNames } from '../ownership/names.ts';
import type { ClusterPort, KindRef, Listing, ObjectQuery, WatchEvent } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';
import { type CachedObject, expectRoom, isOlder, summarise } from './cached-object.ts';
import { groupKind, isOfKind } from './group-kind.ts';
import { KindLists } from './kind-lists.ts';
import { LateClaims } from './late-claims.ts';
import { detailOf } from './query.ts';
import { Reachability } from './reachability.ts';

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

export interface ObjectCacheOptions {
  readonly port: ClusterPort;
  readonly names: FleetNames;
  readonly clock: Clock;
  readonly onChange: OnChange;
  /** Called when a watch ends, or when a list ends for which no turn waits. The next turn lists the kind again. */
  readonly onBreak: () => void;
}

/** Why the syncer cannot read an object. */
export interface Unreadable {
  readonly message: string;
  readonly retry: boolean;
  /** True if the syncer cannot list the kind of the object. */
  readonly isUnlisted: boolean;
}

/**
 * Caches the objects of a member cluster that carry the fleet's label, from a list and then a watch for
 * each kind. The cache does not repair a broken watch: the next `track` lists the kind again, so that only
 * the loop retries.
 */
export class ObjectCache {
  readonly #port: ClusterPort;
  readonly #names: FleetNames;
  readonly #onChange: OnChange;
  readonly #onBreak: () => void;
  readonly #objects = new Map<ObjectKey, CachedObject>();
  readonly #lists: KindLists;
  readonly #claims: LateClaims;
  /** Kinds that the cache has listed but does not watch yet. */
  readonly #listed = new Map<string, Listed>();
  /** Controllers that end the watches, by kind. */
  readonly #watched = new Map<string, AbortController>();
  /** Watched kinds that the next `track` must list. */
  readonly #stale = new Set<string>();

  constructor({ port, names, clock, onChange, onBreak }: ObjectCacheOptions) {
    this.#port = port;
    this.#names = names;
    this.#onChange = onChange;
    this.#onBreak = onBreak;
    this.#claims = new LateClaims(port, this.#objects, (key, now) => this.#set(key, now));
    this.#lists = new KindLists({
      clock,
      reachability: new Reachability(port, clock),
      list: (kind, stop) => port.list(this.#queryFor(kind), stop),
      onLate: onBreak,
    });
  }

  get objects(): ReadonlyMap<ObjectKey, CachedObject> {
    return this.#objects;
  }

  /** True when the syncer can read every object. */
  get isWhole(): boolean {
    return this.#port.namespaces === undefined && this.#lists.isWhole;
  }

  /** Returns why the syncer cannot read an object, so that its cached state is missing or old; undefined if it can read the object. */
  unreadable(key: ObjectKey): Unreadable | undefined {
    const [group, kind, namespace = ''] = key.split('/');
    const { namespaces } = this.#port;
    if (namespace !== '' && namespaces?.includes(namespace) === false) {
      const message = `namespace ${namespace} is not managed by this agent (managed: ${namespaces.join(', ')})`;
      return { message, retry: false, isUnlisted: false };
    }
    const fault = this.#lists.faultOf(`${group}/${kind}`);
    return fault && { ...fault, isUnlisted: true };
  }

  /** Records that the syncer cannot know the objects of a kind that the cluster does not seem to serve. */
  noteUnlisted(kind: KindRef, message: string): void {
    this.#lists.note(groupKind(kind), message);
  }

  /**
   * Lists the kinds that the cache lacks or that are stale. A kind that the API server does not list, or not in
   * time, keeps its last known state, and `unreadable` says why.
   *
   * @returns the kinds that the cluster does not serve
   * @throws ClusterError `unreachable` if the cluster answers nothing
   */
  async track(kinds: readonly KindRef[], stop: AbortSignal): Promise<readonly KindRef[]> {
    const isCurrent = (id: string) => this.#watched.has(id) && !this.#stale.has(id);
    const missing = kinds.filter((kind) => !isCurrent(groupKind(kind)));
    const answers = await this.#lists.ask(missing, stop);
    const unknown = missing.filter((kind) => {
      const answer = answers.get(groupKind(kind));
      if (answer === 'unknown') this.#drop(groupKind(kind));
      else if (answer !== undefined) this.#take(kind, answer);
      return answer === 'unknown';
    });
    await this.#claims.settled();
    return unknown;
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
      void this.#watch(this.#queryFor(kind), resourceVersion, signal).catch(() => {
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
    const observed = summarise(object, this.#names.manager);
    if (!isOlder(observed.resourceVersion, before)) this.#set(key, observed, object);
    return observed;
  }

  /** Records that the API server accepted a deletion. */
  noteDeleted(key: ObjectKey, how: 'gone' | 'deleting'): void {
    const observed = this.#objects.get(key);
    if (how === 'gone') this.#objects.delete(key);
    else if (observed !== undefined) this.#objects.set(key, { ...observed, deleting: true });
  }

  #take(kind: KindRef, { objects, resourceVersion }: Listing): void {
    const id = groupKind(kind);
    this.#stale.delete(id);
    if (!this.#watched.has(id)) {
      this.#replace(id, objects);
      this.#listed.set(id, { kind, resourceVersion });
      return;
    }
    // The watch may be ahead of the list.
    for (const object of objects) this.note(object);
    for (const key of this.#gone(id, objects)) this.#removeIfOlder(key, resourceVersion);
  }

  /** Forgets a kind that the cluster does not serve. */
  #drop(id: string): void {
    this.#watched.get(id)?.abort();
    this.#watched.delete(id);
    this.#listed.delete(id);
    this.#stale.delete(id);
    this.#replace(id, []);
  }

  #replace(id: string, objects: readonly KubeObject[]): void {
    for (const key of this.#gone(id, objects)) this.#remove(key);
    // The list wins even if it is older, because someone may have restored the cluster from a backup.
    for (const object of objects) {
      this.#set(keyOf(object), summarise(object, this.#names.manager), object);
    }
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

  #queryFor(kind: KindRef): ObjectQuery {
    return { kind, label: memberSelector(this.#names.applySetId), detail: detailOf(kind) };
  }

  #removeIfOlder(key: ObjectKey, resourceVersion: string): void {
    if (!isOlder(resourceVersion, this.#objects.get(key))) this.#remove(key);
  }

  #set(key: ObjectKey, observed: CachedObject, object?: KubeObject): void {
    const before = this.#objects.get(key);
    if (before === undefined) expectRoom(this.#objects.size);
    this.#objects.set(key, observed);
    this.#onChange(key, observed, before);
    if (object !== undefined) this.#claims.note(object, observed);
  }

  #remove(key: ObjectKey): void {
    const before = this.#objects.get(key);
    if (this.#objects.delete(key)) this.#onChange(key, undefined, before);
  }
}
