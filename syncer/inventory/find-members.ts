import { gvkOf, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { memberSelector } from '../ownership/applyset.ts';
import { controllerOf } from '../ownership/keep.ts';
import { ownedFieldsOf } from '../ownership/managed-fields.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { ClusterPort, KindRef } from '../ports/cluster.ts';
import type { Inventory, InventoryEntry } from './inventory.ts';

const width = 8;

/**
 * Rebuilds a lost inventory: finds all objects that carry Regatta's label and that Regatta applied.
 * Controllers copy the label to objects that they create, such as a Service's EndpointSlices. Returns an
 * object that two API groups serve once.
 */
export async function findMembers(port: ClusterPort, signal: AbortSignal): Promise<Inventory> {
  const found = new Map<string, readonly [ObjectKey, InventoryEntry]>();
  await forEachBounded(await port.kinds(signal), width, signal, async (kind) => {
    for (const object of await membersOf(port, kind, signal)) {
      const { version } = gvkOf(object);
      const { uid } = object.metadata;
      found.set(String(uid), [keyOf(object), { version, digest: '', fields: '' }]);
    }
  });
  signal.throwIfAborted();
  return new Map(found.values());
}

async function membersOf(
  port: ClusterPort,
  { apiVersion, kind }: KindRef,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const selection = {
    kind: { apiVersion, kind },
    label: memberSelector,
    detail: 'metadata',
  } as const;
  try {
    const { objects } = await port.list(selection, signal);
    return objects.filter((object) => ownedFieldsOf(object) && controllerOf(object) === '');
  } catch (error) {
    // Ignore kinds that the syncer may not list, because it cannot have created objects of them, and kinds
    // that the cluster stopped serving since discovery.
    const { reason } = error instanceof ClusterError ? error : { reason: undefined };
    if (reason === 'forbidden' || reason === 'rejected' || reason === 'unknown-kind') return [];
    throw error;
  }
}
