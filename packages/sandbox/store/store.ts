/** One member cluster's objects, with the revisions and the history that watches need. */
import type { KubeObject } from '../object.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `plural.group`; just the plural for the core group. */
  readonly resource: string;
  /** As stored; of a deletion the last state, under the deletion's own revision. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
  readonly revision: number;
}

export type Listener = (change: Change) => void;

/** How many changes a watch can go back before it is told that its revision has expired. */
const historyLength = 5000;

/**
 * Objects are held as given and never changed in place: a caller that wants to change one copies it.
 * Every write takes the next revision of the whole cluster, as in etcd.
 */
export class Store {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<Listener>();
  #history: Change[] = [];
  #revision = 1;
  /** Changes up to this revision are forgotten. */
  #forgotten = 1;

  get revision(): number {
    return this.#revision;
  }

  get(resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(`${namespace}/${name}`);
  }

  /** All objects of a type, in the order of namespace and name. */
  list(resource: string): KubeObject[] {
    return sorted(this.#objects.get(resource) ?? new Map());
  }

  /** The objects of a type as they were at `revision`, or undefined when that is forgotten. */
  listAt(resource: string, revision: number): KubeObject[] | undefined {
    if (revision < this.#forgotten) return undefined;
    const objects = new Map(this.#objects.get(resource));
    for (const change of this.#history.toReversed()) {
      if (change.revision <= revision) break;
      if (change.resource !== resource) continue;
      if (change.previous === undefined) objects.delete(keyOf(change.object));
      else objects.set(keyOf(change.object), change.previous);
    }
    return sorted(objects);
  }

  /** Adds or replaces; returns the object under its new resourceVersion. */
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

  /** Removes what is stored under the object's name; returns the last state. */
  remove(resource: string, object: KubeObject): KubeObject {
    const last = this.#stamped(object);
    const previous = this.#objects.get(resource)?.get(keyOf(last));
    this.#objects.get(resource)?.delete(keyOf(last));
    this.#record({ type: 'DELETED', resource, object: last, previous, revision: this.#revision });
    return last;
  }

  /** Changes of a type after `revision`, oldest first, or undefined when some are forgotten. */
  changesAfter(resource: string, revision: number): Change[] | undefined {
    if (revision < this.#forgotten) return undefined;
    return this.#history.filter(
      (change) => change.resource === resource && change.revision > revision,
    );
  }

  /** Calls back on each later change, within the write. Returns what ends it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets all history so far, as a compaction would. */
  compact(): void {
    this.#history = [];
    this.#forgotten = this.#revision;
  }

  #stamped(object: KubeObject): KubeObject {
    this.#revision++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: `${this.#revision}` } };
  }

  #record(change: Change): void {
    this.#history.push(change);
    // Cut in batches: shifting one element per write would copy the array each time.
    if (this.#history.length > historyLength * 2) {
      const dropped = this.#history.splice(0, historyLength);
      this.#forgotten = dropped.at(-1)?.revision ?? this.#forgotten;
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
