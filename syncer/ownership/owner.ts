import type { FleetIdentity } from '#model/fleet-identity.ts';
import { derivedId, type Origin } from '#model/origin.ts';
import type { FleetNames } from './names.ts';

/** A fleet, with the place that a syncer or a command gets it from. */
export interface Fleet extends FleetIdentity {
  readonly id: string;
  /** True if the id follows from the origin, because regatta.yaml sets none. */
  readonly isDerived: boolean;
  readonly origin: Origin;
}

/** A fleet in one member cluster, with the names under which it owns objects there. */
export interface Owner {
  readonly fleet: Fleet;
  readonly names: FleetNames;
}

/** The name and id of another fleet in a cluster; both undefined if its inventory has no identity. */
export interface OtherFleet {
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  /** Namespaces of the objects in its inventory. */
  readonly namespaces: readonly string[];
}

/** A fleet that is about to write to a cluster, and the other fleets there. */
export interface Claimant {
  readonly owner: Owner;
  /** By the ApplySet label of their objects. */
  readonly others: ReadonlyMap<string, OtherFleet>;
}

/** Returns the fleet that a regatta.yaml describes. */
export function fleetOf(identity: FleetIdentity, origin: Origin): Fleet {
  const { id } = identity;
  return { ...identity, id: id ?? derivedId(origin), isDerived: id === undefined, origin };
}
