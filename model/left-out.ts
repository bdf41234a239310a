/** What a compile leaves out, as it is told to machines. */
import type { Unscheduled } from './binding.ts';

/** Objects are called `apiVersion/Kind/namespace/name`, without the namespace where there is none. */
export interface LeftOut {
  /** What could not be placed. */
  readonly unscheduled: readonly (LeftOutObject & Pick<Unscheduled, 'reason'>)[];
  /** What has a policy, but lacks something before it can be placed. */
  readonly waiting: readonly LeftOutObject[];
  /** What one cluster does not get, because it cannot be made for it. */
  readonly failed: readonly (LeftOutObject & { readonly cluster: string })[];
  /** What is no valid object of its kind, and takes no part. */
  readonly rejected: readonly LeftOutObject[];
  /** Templates that no policy selects. */
  readonly unmatched: readonly string[];
  /** Templates that are never propagated. */
  readonly skipped: readonly string[];
}

export interface LeftOutObject {
  readonly object: string;
  readonly message: string;
}
