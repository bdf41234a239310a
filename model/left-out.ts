/** The objects that a compile leaves out, as machine-readable output names them. */
import type { Unscheduled } from './binding.ts';

/** Objects are named `apiVersion/Kind/namespace/name`; cluster-scoped ones have no namespace part. */
export interface LeftOut {
  /** Objects that could not be placed. */
  readonly unscheduled: readonly (LeftOutObject & Pick<Unscheduled, 'reason'>)[];
  /** Objects that a policy selects but that cannot be placed yet. */
  readonly waiting: readonly LeftOutObject[];
  /** Objects that could not be rendered for one cluster. */
  readonly failed: readonly (LeftOutObject & { readonly cluster: string })[];
  /** Invalid objects, which the compile ignores. */
  readonly rejected: readonly LeftOutObject[];
  /** Templates that no policy selects. */
  readonly unmatched: readonly string[];
  /** Objects that are never propagated: by a rule, or because Regatta does not support their kind. */
  readonly skipped: readonly string[];
}

export interface LeftOutObject {
  readonly object: string;
  readonly message: string;
}
