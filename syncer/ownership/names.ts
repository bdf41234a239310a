/** The names of everything that a fleet keeps in a member cluster. */
import { createHash } from 'node:crypto';
import type { ObjectRef } from '../ports/cluster.ts';

/** The namespace of every fleet's Lease and inventory in a member cluster. */
export const systemNamespace = 'regatta-system';

/** A reference to an object in `regatta-system`. */
export type SystemRef = ObjectRef & { readonly namespace: string };

/** The names under which a fleet owns objects in a member cluster. */
export interface FleetNames {
  /** The Lease that decides which syncer may write for the fleet. */
  readonly lease: SystemRef;
  /** The ConfigMap that holds the first part of the inventory. It is the ApplySet's parent object. */
  readonly inventory: SystemRef;
  /** The ConfigMap for the status of the cluster. */
  readonly status: SystemRef;
  /** The id of the fleet; '' for the names from before fleets had ids. */
  readonly id: string;
  /** Separates the name of the inventory from the number of a further part. */
  readonly partSeparator: '.' | '-';
  /** Value of the ApplySet label, which proves that an object belongs to the fleet. */
  readonly applySetId: string;
  /** The field manager of the fleet's server-side applies. */
  readonly manager: string;
}

/** The beginning of the name of every inventory's ConfigMaps. */
const inventoryPrefix = 'regatta-inventory';

/** Matches `regatta-inventory`, `regatta-inventory-<n>`, `regatta-inventory.<id>` and `regatta-inventory.<id>.<n>`. */
const partPattern = new RegExp(`^${inventoryPrefix}(?:\\.([a-z0-9]{10}))?(?:[.-]([1-9][0-9]*))?$`);

/** Returns to which inventory a ConfigMap belongs according to its name; undefined if it belongs to none. */
export function inventoryPart(
  name: string,
): { readonly id: string; readonly index: number } | undefined {
  const [whole, id = '', index = '0'] = partPattern.exec(name) ?? [];
  return whole === undefined ? undefined : { id, index: Number(index) };
}

/** Returns the names of the fleet with this id. */
export function namesFor(id: string): FleetNames {
  return namesOf(id, '.');
}

/** The names from before fleets had ids. A fleet that claimed such an inventory keeps them. */
export const olderNames: FleetNames = namesOf('', '-');

function namesOf(id: string, partSeparator: FleetNames['partSeparator']): FleetNames {
  const suffix = id === '' ? '' : `.${id}`;
  const configMap = (prefix: string) => {
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: systemNamespace,
      name: `${prefix}${suffix}`,
    };
  };
  const inventory = configMap(inventoryPrefix);
  return {
    lease: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace: systemNamespace,
      name: `regatta${suffix}`,
    },
    inventory,
    status: configMap('regatta-status'),
    id,
    partSeparator,
    applySetId: applySetIdOf(inventory),
    manager: `regatta${suffix}`,
  };
}

/** The identifier of a set: `applyset-<base64url(sha256(name.namespace.kind.group))>-v1`, of the parent. */
function applySetIdOf({ name, namespace, kind }: SystemRef): string {
  const identity = `${name}.${namespace}.${kind}.`;
  return `applyset-${createHash('sha256').update(identity).digest('base64url')}-v1`;
}

/** Reports whether a field manager is the syncer of any fleet. */
export function isFleetManager(manager: string): boolean {
  return /^regatta(\.[a-z0-9]{10})?$/.test(manager);
}

/** Label with the name of the fleet, on its objects, its inventory and its Lease. */
export const fleetLabel = 'regatta.dev/fleet';

/** Label with the id of the fleet, on its inventory and its Lease. */
export const fleetIdLabel = 'regatta.dev/fleet-id';
