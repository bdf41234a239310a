/** Garbage collection: deletes or orphans the dependents of deleted owners. */
import type { ClusterState } from '../api/state.ts';
import type { KubeObject, OwnerReference } from '../object.ts';
import type { Change } from '../store/store.ts';
import { type Client, controllerClient } from './client.ts';
import type { Controller } from './controller.ts';
import { WorkQueue } from './work-queue.ts';

/** Index of existing objects, which finds owners and dependents without a search. */
interface Index {
  readonly objects: Map<string, Located>;
  /** Owner uid → uids of the objects that refer to it. */
  readonly dependents: Map<string, Set<string>>;
}

interface Located {
  readonly resource: string;
  readonly object: KubeObject;
}

export function garbageCollector(cluster: ClusterState): Controller {
  const client = controllerClient(cluster, 'kube-controller-manager');
  const index: Index = { objects: new Map(), dependents: new Map() };
  const queue = new WorkQueue((uid) => collect(client, index, uid));
  return {
    onChange: (change) => {
      updateIndex(index, change);
      const { metadata } = change.object;
      const { uid = '', ownerReferences = [], deletionTimestamp } = metadata;
      if (ownerReferences.length > 0 || deletionTimestamp !== undefined) queue.add(uid);
      if (change.type !== 'DELETED') return;
      for (const dependent of index.dependents.get(uid) ?? []) queue.add(dependent);
      for (const owner of ownerReferences) queue.add(owner.uid);
    },
    stop: () => queue.stop(),
  };
}

function updateIndex(
  { objects, dependents }: Index,
  { type, resource, object, previous }: Change,
): void {
  const { uid = '' } = object.metadata;
  for (const owner of previous?.metadata.ownerReferences ?? [])
    dependents.get(owner.uid)?.delete(uid);
  if (type === 'DELETED') {
    objects.delete(uid);
    return;
  }
  objects.set(uid, { resource, object });
  for (const owner of object.metadata.ownerReferences ?? []) {
    const known = dependents.get(owner.uid) ?? new Set();
    dependents.set(owner.uid, known.add(uid));
  }
}

function collect(client: Client, index: Index, uid: string): void {
  const found = index.objects.get(uid);
  if (found === undefined) return;
  const { object } = found;
  const { finalizers = [], deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined) {
    if (finalizers.includes('orphan')) orphan(client, index, object);
    else if (finalizers.includes('foregroundDeletion')) deleteFirst(client, index, object);
    return;
  }
  dropAbsentOwners(client, index, object);
}

function dependentsOf({ objects, dependents }: Index, { metadata }: KubeObject): KubeObject[] {
  return [...(dependents.get(metadata.uid ?? '') ?? [])].flatMap((uid) => {
    const found = objects.get(uid);
    return found === undefined ? [] : [found.object];
  });
}

/** Removes the owner reference from the dependents, which then remain. */
function orphan(client: Client, index: Index, owner: KubeObject): void {
  for (const dependent of dependentsOf(index, owner)) {
    client.change(dependent, ({ metadata }) => {
      keepOwners(metadata, ({ uid }) => uid !== owner.metadata.uid);
    });
  }
  release(client, owner, 'orphan');
}

/** Deletes the dependents, and releases the owner when no dependent blocks its deletion. */
function deleteFirst(client: Client, index: Index, owner: KubeObject): void {
  const dependents = dependentsOf(index, owner);
  for (const dependent of dependents) {
    const isMarked = dependent.metadata.deletionTimestamp !== undefined;
    if (!isMarked) client.remove(dependent, { propagationPolicy: 'Foreground' });
  }
  const isBlocked = dependentsOf(index, owner).some(({ metadata }) =>
    metadata.ownerReferences?.some(
      ({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true,
    ),
  );
  if (!isBlocked) release(client, owner, 'foregroundDeletion');
}

function release(client: Client, owner: KubeObject, finalizer: string): void {
  client.change(owner, ({ metadata }) => {
    const left = (metadata.finalizers ?? []).filter((one) => one !== finalizer);
    if (left.length > 0) metadata.finalizers = left;
    else delete metadata.finalizers;
  });
}

/**
 * Deletes an object whose owners are all absent; when only some are absent, removes the references
 * to them.
 */
function dropAbsentOwners(client: Client, { objects }: Index, object: KubeObject): void {
  const owners = object.metadata.ownerReferences ?? [];
  const exists = ({ uid }: OwnerReference): boolean => objects.has(uid);
  if (owners.length === 0 || owners.every(exists)) return;
  if (!owners.some(exists)) client.remove(object, { propagationPolicy: 'Background' });
  else client.change(object, ({ metadata }) => keepOwners(metadata, exists));
}

function keepOwners(
  metadata: KubeObject['metadata'],
  isKept: (owner: OwnerReference) => boolean,
): void {
  const left = (metadata.ownerReferences ?? []).filter(isKept);
  if (left.length > 0) metadata.ownerReferences = left;
  else delete metadata.ownerReferences;
}
