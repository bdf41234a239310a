import { type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
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
  WatchEvent,
  WatchRequest,
} from '#syncer/ports/cluster.ts';
import { FakeLine, type Strike } from './fake-line.ts';
import {
  contentOf,
  isSelected,
  type Manager,
  managersOf,
  mergeApply,
  withManagers,
} from './fake-ownership.ts';

/** Number of fake clusters so far: no two have an object with the same uid. */
let clusters = 0;

const clusterScoped = new Set(['Namespace', 'CustomResourceDefinition', 'ClusterRole']);

/**
 * FakeCluster keeps a member cluster in a Map. It merges top-level fields and records their owners
 * as far as the syncer reads them: another manager that changes a field takes it from the syncer.
 */
export class FakeCluster implements ClusterPort {
  readonly objects: Map<ObjectKey, KubeObject> = new Map();
  readonly forbiddenKinds: Set<string> = new Set<string>();
  readonly unknownKinds: Set<string> = new Set<string>();
  /** API groups that discovery does not show completely. */
  readonly unknownGroups: Set<string> = new Set<string>();
  readonly #line = new FakeLine();
  /** All calls, as `verb key`. `writes` has only those that change an object, `leaseCalls` those for the Lease. */
  readonly calls: string[] = this.#line.calls;
  readonly writes: string[] = [];
  readonly leaseCalls: string[] = this.#line.leaseCalls;
  readonly #watchers = new Set<(event: WatchEvent) => void>();
  #version = 100;
  readonly #number = ++clusters;
  #uids = 0;
  /** Time of the API server, in milliseconds since the epoch. */
  time: number | undefined;
  readonly serverTime = (): number | undefined => this.time;

  /** The time that managedFields record. The API server records seconds, so several writes can have the same time. */
  writeTime(): string {
    return 'now';
  }

  /** Fails all calls from index `at`, as if the syncer had been killed during that call. */
  kill(at: number, when: Strike): void {
    this.#line.kill(at, when);
  }

  get killed(): boolean {
    return this.#line.killed;
  }

  /** Serves the next process: calls succeed again, and the watches of the killed process are gone. */
  revive(): void {
    this.#line.revive();
    this.#watchers.clear();
  }

  /** Keeps all watches open, but sends no more events to them. */
  loseEvents(): void {
    this.#watchers.clear();
  }

  set down(down: boolean) {
    this.#line.down = down;
  }

  /** Writes top-level fields as another manager; `undefined` removes a field. */
  edit(object: KubeObject, manager: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const key = keyOf(object);
    const before = this.objects.get(key);
    const entries = managersOf(before)
      .filter((entry) => entry.manager !== manager)
      .map((entry) => ({ ...entry, fields: entry.fields.filter((field) => !(field in fields)) }));
    const own = { manager, operation: 'Update', time: '2026-01-01T00:00:00Z' };
    const merged = { ...(before ?? object), ...fields } as KubeObject;
    this.#store(merged, [...entries, { ...own, fields: Object.keys(fields) }]);
  }

  remove(key: ObjectKey): void {
    const object = this.objects.get(key);
    if (object === undefined) return;
    this.objects.delete(key);
    this.#version++;
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    this.#send({ type: 'deleted', object: { ...object, metadata } });
  }

  async isNamespaced({ kind }: KindRef): Promise<boolean | undefined> {
    if (this.unknownKinds.has(kind)) return undefined;
    return !clusterScoped.has(kind);
  }

  async discover(): Promise<Discovery> {
    const kinds = ['ConfigMap', 'Secret', 'Namespace'].map((kind) => {
      return { apiVersion: 'v1', kind, namespaced: !clusterScoped.has(kind) };
    });
    return { kinds, unknownGroups: [...this.unknownGroups] };
  }

  forgetKinds(): void {}

  read(ref: ObjectRef): Promise<KubeObject | undefined> {
    return this.#line.call(`read ${keyOfRef(ref)}`, () => this.objects.get(keyOfRef(ref)));
  }

  apply(object: KubeObject, { dryRun, manager }: ApplyOptions): Promise<Applied> {
    const key = keyOf(object);
    return this.#line.call(`${dryRun ? 'dry-run' : 'apply'} ${key}`, () => {
      if (this.unknownKinds.has(object.kind))
        throw new ClusterError('unknown-kind', 'no such kind');
      const before = this.objects.get(key);
      const { resourceVersion } = object.metadata;
      if (resourceVersion !== undefined && resourceVersion !== before?.metadata.resourceVersion) {
        throw new ClusterError('transient', `the object ${key} has been modified`);
      }
      const merged = mergeApply(object, before, manager, this.writeTime());
      if (dryRun) return { object: merged, created: false };
      this.writes.push(`apply ${key}`);
      return { object: this.#storeMerged(merged, before), created: before === undefined };
    });
  }

  patchOwnership(live: KubeObject, { managedFields, labels }: OwnershipPatch): Promise<KubeObject> {
    const key = keyOf(live);
    return this.#line.call(`patchOwnership ${key}`, () => {
      const { resourceVersion } = live.metadata;
      const before = this.objects.get(key);
      if (before === undefined || before.metadata.resourceVersion !== resourceVersion) {
        throw new ClusterError('transient', `the object ${key} has been modified`);
      }
      this.writes.push(`patchOwnership ${key}`);
      const metadata = {
        ...before.metadata,
        managedFields,
        labels: { ...before.metadata.labels, ...labels },
      };
      return this.#store({ ...before, metadata }, managersOf({ ...before, metadata }));
    });
  }

  removeLabels({ ref, uid, labels: removed }: Labelled): Promise<void> {
    const key = keyOfRef(ref);
    return this.#line.call(`removeLabels ${key}`, () => {
      const object = this.objects.get(key);
      if (object === undefined || object.metadata.uid !== uid) return;
      this.writes.push(`removeLabels ${key}`);
      const kept = Object.entries(object.metadata.labels ?? {}).filter(
        ([name]) => !removed.includes(name),
      );
      const labels = Object.fromEntries(kept);
      const metadata = { ...object.metadata, labels };
      this.#store({ ...object, metadata }, managersOf(object));
    });
  }

  delete(ref: ObjectRef, uid: string): Promise<'gone' | 'deleting'> {
    const key = keyOfRef(ref);
    return this.#line.call(`delete ${key}`, () => {
      const object = this.objects.get(key);
      if (object === undefined || object.metadata.uid !== uid) return 'gone';
      this.writes.push(`delete ${key}`);
      if (object.metadata.finalizers === undefined) {
        this.remove(key);
        return 'gone';
      }
      this.edit({ ...object, metadata: { ...object.metadata, deletionTimestamp: 'now' } }, 'x');
      return 'deleting';
    });
  }

  compareAndSwap(object: KubeObject): Promise<KubeObject | undefined> {
    const key = keyOf(object);
    return this.#line.call(`compareAndSwap ${key}`, () => {
      const { resourceVersion } = object.metadata;
      if (this.objects.get(key)?.metadata.resourceVersion !== resourceVersion) return undefined;
      return this.#store(object, []);
    });
  }

  list({ kind, label, namespace, atMost, mayBeOld }: ObjectQuery): Promise<Listing> {
    return this.#line.call(`${mayBeOld ? 'audit' : 'list'} ${kind.kind}`, () => {
      if (this.unknownKinds.has(kind.kind)) throw new ClusterError('unknown-kind', 'no such kind');
      if (this.forbiddenKinds.has(kind.kind)) throw new ClusterError('forbidden', 'cannot list');
      const objects = [...this.objects.values()].filter(
        (object) =>
          object.kind === kind.kind &&
          isSelected(object, label) &&
          (namespace === undefined || object.metadata.namespace === namespace),
      );
      const resourceVersion = String(this.#version);
      if (atMost === undefined || objects.length <= atMost) return { objects, resourceVersion };
      return { objects: objects.slice(0, atMost), resourceVersion, isCut: true };
    });
  }

  async watch({ selection, onEvent }: WatchRequest, signal: AbortSignal): Promise<void> {
    const { kind, label } = selection;
    const watcher = (event: WatchEvent) => {
      if (event.type === 'bookmark' || event.object.kind !== kind.kind) return;
      onEvent(isSelected(event.object, label) ? event : { ...event, type: 'deleted' });
    };
    this.#watchers.add(watcher);
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  #storeMerged(merged: KubeObject, before: KubeObject | undefined): KubeObject {
    if (before !== undefined && contentOf(merged) === contentOf(before)) return before;
    return this.#store(merged, managersOf(merged));
  }

  #store(object: KubeObject, managers: readonly Manager[]): KubeObject {
    const key = keyOf(object);
    this.#version++;
    const uid = this.objects.get(key)?.metadata.uid ?? `uid-${this.#number}-${++this.#uids}`;
    const resourceVersion = String(this.#version);
    const metadata = { ...object.metadata, uid, resourceVersion };
    const stored = withManagers({ ...object, metadata }, managers);
    this.objects.set(key, stored);
    this.#send({ type: 'changed', object: stored });
    return stored;
  }

  #send(event: WatchEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }
}

function keyOfRef({ apiVersion, kind, name, namespace }: ObjectRef): ObjectKey {
  return keyOf({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } });
}
