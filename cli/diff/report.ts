import type { BudgetVerdict } from '#review/budget.ts';
import type { Review } from '#review/review.ts';

/** The result of `regatta diff`. */
export interface ReviewReport {
  /** Ids of the compared commits. */
  readonly base: string;
  readonly head: string;
  readonly review: Review;
  readonly verdict: BudgetVerdict;
  /** Why Regatta did not validate some updates with the API server's code; absent when it validated all. */
  readonly unchecked?: string | undefined;
}
