/** The behaviour that a kind adds to generic storage. */
import type { KubeObject } from '../object.ts';
import type { Cause } from '../status.ts';

/** The hooks of a kind. An absent hook changes and rejects nothing. */
export interface Strategy {
  /** Whether a PUT may create the object. */
  readonly createdByUpdate?: true;
  /** Sets defaults, in place. */
  readonly setDefaults?: (object: KubeObject) => void;
  /**
   * Sets the fields that only the server may set, in place: initial status, addresses, immutable
   * fields.
   */
  readonly prepare?: (object: KubeObject, old: KubeObject | undefined, facts: ClusterFacts) => void;
  /** Returns every violation in the object and in its change from `old`. */
  readonly validate?: (object: KubeObject, old: KubeObject | undefined) => readonly Cause[];
}

/** Values that a strategy needs from the cluster. */
export interface ClusterFacts {
  /** Returns `requested`, or a free cluster IP when it is undefined. */
  allocateAddress(requested: string | undefined): string | undefined;
  /** Returns a free node port. */
  allocateNodePort(): number;
}
