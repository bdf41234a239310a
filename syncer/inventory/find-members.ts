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
 * What an inventory would hold that is lost: all objects of all kinds that carry our label and that
 * we have applied. Others have it copied from ours: a Service's EndpointSlices, for one. An object
 * that is served by two API groups is found once.
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
    // What we may not list we can't have made, and a kind may go while we look.
    const { reason } = error instanceof ClusterError ? error : { reason: undefined };
    if (reason === 'forbidden' || reason === 'rejected' || reason === 'unknown-kind') return [];
    throw error;
  }
}
