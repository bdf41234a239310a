import type { ReadObject } from '#model/changed-objects.ts';
import type { ChangedFile } from '#model/snapshot.ts';
import { type BudgetVerdict, type DeletionRules, judgeDeletions } from './budget.ts';
import { withCauses } from './causes.ts';
import { compareSnapshots, type FactsOf } from './compare.ts';
import { acknowledgedChanges, fileHunks, type Manifests } from './manifests.ts';
import { belowRoot, mergeReviews } from './merge.ts';
import type { Hunk, Review } from './review.ts';
import { type RenderedRoot, type ReviewedCommits, textIn } from './reviewed-commits.ts';
import { secretSources } from './secret-sources.ts';

/** A rendered root with the objects of its changed files. */
export type ReviewedRoot = RenderedRoot & Manifests;

/** Facts that a review needs besides the contents of two commits. */
export interface ReviewFacts {
  readonly rules: DeletionRules;
  readonly own: ReviewedRoot;
  readonly others: readonly ReviewedRoot[];
  readonly factsOf: (root: ReviewedRoot) => FactsOf;
  /** Returns why the sources do not account for a file; undefined if they do. */
  readonly unsourcedOf: (root: string, file: ChangedFile) => string | undefined;
  /** Hunks about the settings. */
  readonly settings: readonly Hunk[];
}

/** Returns what changes between two commits, and whether the budget allows the deletions. */
export function reviewCommits(
  commits: ReviewedCommits,
  facts: ReviewFacts,
): { readonly review: Review; readonly verdict: BudgetVerdict } {
  const { own, others, rules, settings } = facts;
  const reviews = [
    reviewRoot(own, facts),
    ...others.map((other) => belowRoot(reviewRoot(other, facts), other.root)),
  ];
  return {
    review: withCauses(mergeReviews(reviews, settings), {
      ...commits.changedLines,
      texts: changedTexts(commits),
      isSecretLine: secretSources(commits),
      takeovers: takeoverLines(commits),
    }),
    verdict: judgeDeletions(own.before, own.after, rules, readerOf(own)),
  };
}

function reviewRoot(root: ReviewedRoot, { factsOf, unsourcedOf }: ReviewFacts): Review {
  const review = compareSnapshots(root.before, root.after, readerOf(root), factsOf(root));
  return mergeReviews([review], fileHunks(faultyFiles(root, unsourcedOf)));
}

/** Returns the changed files that a syncer refuses, and those that lift its budget without an acknowledgement. */
function faultyFiles(
  { root, before, after, refused }: ReviewedRoot,
  unsourcedOf: ReviewFacts['unsourcedOf'],
): readonly (ChangedFile & { readonly reason: string })[] {
  const lifting = acknowledgedChanges(before, after).filter(
    (file) => unsourcedOf(root, file) !== undefined,
  );
  return [
    ...refused.map((file) => ({ ...file, reason: `the syncer refuses this file: ${file.reason}` })),
    ...lifting.map((file) => ({
      ...file,
      reason:
        'no DeletionAcknowledgement covers the deletions that this file exempts from the budget',
    })),
  ];
}

/**
 * Returns a function that reads the objects of a root's changed files. It throws an Error for any other
 * object, because a missing object must not count as unchanged.
 */
export function readerOf({ objects }: Pick<Manifests, 'objects'>): ReadObject {
  return (id) => {
    const object = objects.get(id);
    if (object === undefined) throw new Error(`the review did not read object ${id}`);
    return object;
  };
}

const takeoverPattern =
  /conflictResolution["']?\s*:\s*["']?Overwrite|conflict-resolution["']?\s*:\s*["']?overwrite/;

function takeoverLines({ after, texts }: ReviewedCommits) {
  return [...after.sources].flatMap(([file, id]) => {
    const source = textIn(texts, id);
    if (!takeoverPattern.test(source)) return [];
    return source
      .split('\n')
      .map((text, index) => ({ file, line: index + 1, text, source }))
      .filter(({ text }) => takeoverPattern.test(text));
  });
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
