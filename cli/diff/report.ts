import type { DeletedFile } from '#model/acknowledgement.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { BudgetVerdict } from '#review/budget.ts';
import type { Review } from '#review/review.ts';
import type { TrafficChange } from '#traffic/ask/compare.ts';

/** The result of `regatta diff`. */
export interface ReviewReport {
  /** Ids of the compared commits. */
  readonly base: string;
  readonly head: string;
  readonly review: Review;
  readonly verdict: BudgetVerdict;
  /** The changes of traffic; absent if no mesh changes. Losses come first. */
  readonly traffic?: readonly TrafficChange[] | undefined;
  /**
   * The assumptions of the comparison, as sentences; for example, that it compares what compile would write
   * instead of stale output.
   */
  readonly notes?: readonly string[];
  /** The diagnostics of the head's sources, if they do not compile and its committed output was compared. */
  readonly diagnostics?: readonly Diagnostic[];
  /**
   * Deletions before the change without an acknowledgement: those of the base's last 24 hours, or with `--live` those
   * that the syncer's budget holds.
   */
  readonly deletedBefore: readonly DeletedFile[];
  /** Why Regatta did not validate some updates with the API server's code; absent when it validated all. */
  readonly unchecked?: string | undefined;
}
