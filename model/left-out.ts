/** The objects that a compile leaves out, as machine-readable output names them. */
import type { Unscheduled } from './binding.ts';

/** The objects that the output lacks. Their names are `apiVersion/Kind/namespace/name`, without a namespace for cluster-scoped objects. */
export interface LeftOut {
  /** Objects that the scheduler could not place. */
  readonly unscheduled: readonly (LeftOutObject & Pick<Unscheduled, 'reason'>)[];
  /** Objects that a policy selects but that the compiler cannot place yet. */
  readonly waiting: readonly LeftOutObject[];
  /** Objects that the compiler could not render for one cluster. */
  readonly failed: readonly (LeftOutObject & { readonly cluster: string })[];
  /** Invalid objects, which the compile ignores. */
  readonly rejected: readonly LeftOutObject[];
  /** Templates that no policy selects. */
  readonly unmatched: readonly string[];
  /** Objects that Regatta never propagates, because of a rule or because it does not support their kind. */
  readonly skipped: readonly string[];
}

/** An object that the output lacks, and the reason. */
export interface LeftOutObject {
  readonly object: string;
  readonly message: string;
}
