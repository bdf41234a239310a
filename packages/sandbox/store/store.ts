/** The objects of one member cluster, with revisions and the history for watches. */
import type { KubeObject } from '../object.ts';

/** One write to the store. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Storage key of the type: `plural.group`; only the plural in the core group. */
  readonly resource: string;
  /** The stored object, or after a deletion its last state with the revision of the deletion. */
  readonly object: KubeObject;
  /** The object before the change; undefined for a new object. */
  readonly previous: KubeObject | undefined;
  /** Revision of the cluster after the change. */
  readonly revision: number;
}

export type Listener = (change: Change) => void;

/** Number of changes that a watch can start from before its revision expires. */
const historyLength = 5000;

/**
 * Stores objects without copying them; a caller must copy an object before changing it. Every write
 * increments the revision of the whole cluster, as in etcd.
 */
export class Store {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<Listener>();
  #history: Change[] = [];
  #revision = 1;
  /** The history up to this revision is compacted. */
  #compacted = 1;

  /** Revision of the last write. */
  get revision(): number {
    return this.#revision;
  }

  /** Returns the stored object, which callers must not change, or undefined for an unknown name. */
  get(resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(`${namespace}/${name}`);
  }

  /** Returns all objects of a type, sorted by namespace and name. */
  list(resource: string): KubeObject[] {
    return sorted(this.#objects.get(resource) ?? new Map());
  }

  /** Returns the objects of a type at `revision`, or undefined when the revision is compacted. */
  listAt(resource: string, revision: number): KubeObject[] | undefined {
    if (revision < this.#compacted) return undefined;
    const objects = new Map(this.#objects.get(resource));
    for (const change of this.#history.toReversed()) {
      if (change.revision <= revision) break;
      if (change.resource !== resource) continue;
      if (change.previous === undefined) objects.delete(keyOf(change.object));
      else objects.set(keyOf(change.object), change.previous);
    }
    return sorted(objects);
  }

  /** Adds or replaces an object. Returns it with its new resourceVersion. */
  put(resource: string, object: KubeObject): KubeObject {
    const kept = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, kept);
    const stored = this.#stamped(object);
    const previous = kept.get(keyOf(stored));
    kept.set(keyOf(stored), stored);
    const type = previous === undefined ? 'ADDED' : 'MODIFIED';
    this.#record({ type, resource, object: stored, previous, revision: this.#revision });
    return stored;
  }

  /** Removes the object with this namespace and name. Returns its last state. */
  remove(resource: string, object: KubeObject): KubeObject {
    const last = this.#stamped(object);
    const previous = this.#objects.get(resource)?.get(keyOf(last));
    this.#objects.get(resource)?.delete(keyOf(last));
    this.#record({ type: 'DELETED', resource, object: last, previous, revision: this.#revision });
    return last;
  }

  /** Returns the changes of a type after `revision`, oldest first, or undefined when the revision is compacted. */
  changesAfter(resource: string, revision: number): Change[] | undefined {
    if (revision < this.#compacted) return undefined;
    return this.#history.filter(
      (change) => change.resource === resource && change.revision > revision,
    );
  }

  /** Calls `listener` inside each later write. Returns a function that unsubscribes. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Drops the history, as a compaction of etcd does. */
  compact(): void {
    this.#history = [];
    this.#compacted = this.#revision;
  }

  #stamped(object: KubeObject): KubeObject {
    this.#revision++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: `${this.#revision}` } };
  }

  #record(change: Change): void {
    this.#history.push(change);
    // Drop in batches: shifting one element per write would copy the array each time.
    if (this.#history.length > historyLength * 2) {
      const dropped = this.#history.splice(0, historyLength);
      this.#compacted = dropped.at(-1)?.revision ?? this.#compacted;
    }
    for (const listener of [...this.#listeners]) listener(change);
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function sorted(objects: ReadonlyMap<string, KubeObject>): KubeObject[] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
