import type { BudgetVerdict } from '#review/budget.ts';
import type { Review } from '#review/review.ts';

/** All that `regatta diff` has to say. */
export interface ReviewReport {
  /** Ids of the commits that are compared. */
  readonly base: string;
  readonly head: string;
  readonly review: Review;
  readonly verdict: BudgetVerdict;
  /** Why some changes were not checked by the API server's own code; absent when all were. */
  readonly unchecked?: string | undefined;
}
