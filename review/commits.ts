import type { KubeObject } from '#model/object.ts';
import { parseYaml } from '#model/yaml.ts';
import { type BudgetVerdict, type DeletionRules, judgeDeletions } from './budget.ts';
import { withCauses } from './causes.ts';
import { compareSnapshots, type RefusalsOf } from './compare.ts';
import type { Cause, Review } from './review.ts';
import type { Snapshot } from './snapshot.ts';

/** One of two commits that a review compares. */
export interface ReviewedCommit {
  readonly snapshot: Snapshot;
  /** Content ids of the source files that the review reads, by path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Everything that a review reads of two commits. */
export interface ReviewedCommits {
  readonly before: ReviewedCommit;
  readonly after: ReviewedCommit;
  /** Source lines that only one of the commits has. */
  readonly changedLines: { readonly added: readonly Cause[]; readonly removed: readonly Cause[] };
  /** Texts by content id: of rendered files in which the commits differ, and of sources. */
  readonly texts: ReadonlyMap<string, string>;
}

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
    review: withCauses(review, { ...commits.changedLines, texts: changedTexts(commits) }),
    verdict: judgeDeletions(before, after, rules, read),
  };
}

/**
 * Returns the object of a rendered file.
 *
 * @throws Error if `texts` lacks the file or the file is not YAML
 */
export function objectIn({ texts }: Pick<ReviewedCommits, 'texts'>, id: string): KubeObject {
  return parseYaml(textIn(texts, id))[0] as KubeObject;
}

/**
 * Returns a text by its content id.
 *
 * @throws Error if `texts` lacks the id, because a missing text must not count as empty
 */
export function textIn(texts: ReadonlyMap<string, string>, id: string): string {
  const text = texts.get(id);
  if (text === undefined) throw new Error(`git returned no object ${id}`);
  return text;
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
