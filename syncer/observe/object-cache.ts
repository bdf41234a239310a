import { type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { memberSelector } from '../ownership/applyset.ts';
import type { FleetNames } from '../ownership/names.ts';
import type { ClusterPort, KindRef, Listing, ObjectQuery, WatchEvent } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';
import { type CachedObject, expectRoom, isOlder, summarise, withDoubt } from './cached-object.ts';
import { groupKind, isOfKind } from './group-kind.ts';
import { KindLists } from './kind-lists.ts';
import { KindWatches } from './kind-watches.ts';
import { LateClaims } from './late-claims.ts';
import { detailOf } from './query.ts';
import { Reachability } from './reachability.ts';

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
  /** Called with the `groupKind` of a kind whose watches end at once, and the reason. */
  readonly onUnwatchable?: (id: string, reason: string) => void;
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
  readonly #objects = new Map<ObjectKey, CachedObject>();
  readonly #lists: KindLists;
  readonly #claims: LateClaims;
  readonly #watches: KindWatches;
  /** When the last list of a kind began, by the clock of the API server, and when the list that the cache shows began. */
  readonly #askedAt = new Map<string, number>();
  readonly #listedAt = new Map<string, number>();

  constructor(options: ObjectCacheOptions) {
    const { port, names, clock, onChange, onBreak, onUnwatchable } = options;
    this.#port = port;
    this.#names = names;
    this.#onChange = onChange;
    this.#claims = new LateClaims(port, this.#objects, (key, now) => this.#set(key, now));
    this.#lists = new KindLists({
      clock,
      reachability: new Reachability(port, clock),
      list: (kind, stop) => {
        this.#askedAt.set(groupKind(kind), port.serverTime?.() ?? clock.now());
        return port.list(this.#queryFor(kind), stop);
      },
      onLate: onBreak,
    });
    const apply = (event: WatchEvent) => this.#apply(event);
    this.#watches = new KindWatches({ port, clock, apply, onBreak, onUnwatchable });
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
    const missing = kinds.filter((kind) => !this.#watches.isCurrent(groupKind(kind)));
    const answers = await this.#lists.ask(missing, stop);
    const unknown = missing.filter((kind) => {
      const id = groupKind(kind);
      const answer = answers.get(id);
      if (answer !== undefined) this.#listedAt.set(id, this.#askedAt.get(id) ?? 0);
      if (answer === 'unknown') this.#drop(id);
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
    this.#watches.follow(stop);
  }

  /** The kinds whose watches keep the cache current. */
  get watched(): readonly ObjectQuery[] {
    return this.#watches.current;
  }

  /** Makes the next `track` list these kinds, all of them by default, in case a watch missed an event. */
  markStale(ids?: Iterable<string>): void {
    this.#watches.markStale(ids);
  }

  /** Ends a watch that missed events, so that the next `track` lists the kind and the next `follow` watches it again. */
  distrust(id: string): void {
    this.#watches.end(id);
  }

  /** When the syncer began to list the kind of an object, in milliseconds since the epoch; undefined if it cannot read the object. */
  readonly listedAt = (key: ObjectKey): number | undefined => {
    const [group, kind] = key.split('/');
    return this.unreadable(key) === undefined ? this.#listedAt.get(`${group}/${kind}`) : undefined;
  };

  /** Records the response to a write or a read, before its watch event arrives, unless it is older than the cache. */
  note(object: KubeObject): CachedObject {
    const key = keyOf(object);
    const before = this.#objects.get(key);
    const observed = summarise(object, this.#names.manager);
    if (!isOlder(observed.resourceVersion, before)) this.#set(key, observed, object);
    else if (before !== undefined) this.#set(key, withDoubt(before, observed));
    return observed;
  }

  /** Records an object of a list or an event. */
  #see(object: KubeObject): void {
    const key = keyOf(object);
    const before = this.#objects.get(key);
    if (before?.resourceVersion === object.metadata.resourceVersion) return;
    const observed = withDoubt(summarise(object, this.#names.manager), before);
    if (!isOlder(observed.resourceVersion, before)) this.#set(key, observed, object);
  }

  /** Records that the API server accepted a deletion. */
  noteDeleted(key: ObjectKey, how: 'gone' | 'deleting'): void {
    const observed = this.#objects.get(key);
    if (how === 'gone') this.#objects.delete(key);
    else if (observed !== undefined) this.#objects.set(key, { ...observed, deleting: true });
  }

  #take(kind: KindRef, { objects, resourceVersion }: Listing): void {
    const id = groupKind(kind);
    this.#watches.listed(this.#queryFor(kind), resourceVersion);
    if (!this.#watches.has(id)) {
      this.#replace(id, objects);
      return;
    }
    // The watch may be ahead of the list.
    for (const object of objects) this.#see(object);
    for (const key of this.#gone(id, objects)) this.#removeIfOlder(key, resourceVersion);
  }

  /** Forgets a kind that the cluster does not serve. */
  #drop(id: string): void {
    this.#watches.end(id);
    this.#replace(id, []);
  }

  #replace(id: string, objects: readonly KubeObject[]): void {
    for (const key of this.#gone(id, objects)) this.#remove(key);
    // The list wins even if it is older, because someone may have restored the cluster from a backup.
    for (const object of objects) {
      const key = keyOf(object);
      const observed = summarise(object, this.#names.manager);
      this.#set(key, withDoubt(observed, this.#objects.get(key)), object);
    }
  }

  /** Returns the cached objects of a kind that the list lacks. */
  #gone(id: string, objects: readonly KubeObject[]): readonly ObjectKey[] {
    const keys = new Set(objects.map(keyOf));
    return [...this.#objects.keys()].filter((key) => isOfKind(key, id) && !keys.has(key));
  }

  #apply(event: WatchEvent): string {
    if (event.type === 'bookmark') return event.resourceVersion;
    const resourceVersion = String(event.object.metadata.resourceVersion ?? '');
    if (event.type === 'changed') this.#see(event.object);
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
