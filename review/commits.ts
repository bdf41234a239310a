import { type BudgetVerdict, type DeletionRules, judgeDeletions } from './budget.ts';
import { withCauses } from './causes.ts';
import { compareSnapshots, type RefusalsOf } from './compare.ts';
import type { Review } from './review.ts';
import { objectIn, type ReviewedCommits, textIn } from './reviewed-commits.ts';
import { secretSources } from './secret-sources.ts';

/** Returns what changes between two commits, and whether the budget allows the deletions. */
export function reviewCommits(
  commits: ReviewedCommits,
  rules: DeletionRules,
  refusalsOf: RefusalsOf,
): { readonly review: Review; readonly verdict: BudgetVerdict } {
  const [before, after] = [commits.before.snapshot, commits.after.snapshot];
  const read = (id: string) => objectIn(commits, id);
  const review = compareSnapshots(before, after, read, refusalsOf);
  return {
    review: withCauses(review, {
      ...commits.changedLines,
      texts: changedTexts(commits),
      isSecretLine: secretSources(commits),
    }),
    verdict: judgeDeletions(before, after, rules, read),
  };
}

/** Returns the texts of each changed source file, joined from both commits. */
function changedTexts(commits: ReviewedCommits): ReadonlyMap<string, string> {
  const { before, after, changedLines, texts } = commits;
  const files = new Set([...changedLines.added, ...changedLines.removed].map(({ file }) => file));
  return new Map(
    [...files].map((file) => {
      const ids = [before, after].flatMap(({ sources }) => sources.get(file) ?? []);
      return [file, ids.map((id) => textIn(texts, id)).join('\n')];
    }),
  );
}
