/** What a kind adds to the generic handling of objects. */
import type { KubeObject } from '../object.ts';
import type { Cause } from '../status.ts';

export interface Strategy {
  /** A PUT may make the object. */
  readonly createdByUpdate?: true;
  /** Fills in defaults, in place. */
  readonly setDefaults?: (object: KubeObject) => void;
  /** Sets, in place, what clients may not: initial status, allocated addresses, carried-over fields. */
  readonly prepare?: (object: KubeObject, old: KubeObject | undefined, facts: ClusterFacts) => void;
  /** Every fault in the object, or in its change from `old`. */
  readonly validate?: (object: KubeObject, old: KubeObject | undefined) => readonly Cause[];
}

/** What a strategy may ask of the cluster around the object. */
export interface ClusterFacts {
  /** A free address for a Service; `wanted` when that is given, free and in range. */
  allocateAddress(wanted: string | undefined): string | undefined;
  /** A free node port. */
  allocateNodePort(): number;
}
