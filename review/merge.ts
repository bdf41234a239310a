import { byText } from '#model/object.ts';
import type { Hunk, Review } from './review.ts';
import { byRisk } from './risks/risks.ts';

/** Returns a review whose clusters are named with the rendered root in which their directories are. */
export function belowRoot({ hunks, clusters, counts }: Review, root: string): Review {
  const named = (names: readonly string[]) => names.map((name) => `${root}/${name}`);
  return {
    hunks: hunks.map((hunk) => ({
      ...hunk,
      clusters: named(hunk.clusters),
      from: named(hunk.from),
    })),
    clusters: named(clusters),
    counts,
  };
}

/** Merges reviews of several rendered roots with hunks about other files. */
export function mergeReviews(reviews: readonly Review[], more: readonly Hunk[]): Review {
  const total = (field: keyof Review['counts']) =>
    reviews.reduce((sum, { counts }) => sum + counts[field], 0);
  return {
    hunks: [...reviews.flatMap(({ hunks }) => hunks), ...more].sort(byRisk),
    clusters: [...new Set(reviews.flatMap(({ clusters }) => clusters))].sort(byText),
    counts: { added: total('added'), changed: total('changed'), removed: total('removed') },
  };
}
