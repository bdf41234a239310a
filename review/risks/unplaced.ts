import { describeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { possiblePathsOf } from '#model/rendered-path.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Hunk, HunkObject, Review, Risk } from '../review.ts';
import { byRisk } from './risks.ts';

/**
 * Adds the risk `unplaced` for each object that a change deletes from all clusters, although its template stays in the
 * repository: a policy has stopped to select it, often by mistake.
 *
 * @param head - the rendered files after the change
 * @param templates - keys of the templates after the change
 */
export function withUnplaced(
  review: Review,
  head: Snapshot,
  templates: ReadonlySet<ObjectKey>,
): Review {
  if (templates.size === 0) return review;
  const rendered = new Set(head.files.keys().map((path) => path.slice(path.indexOf('/') + 1)));
  const isUnplaced = (object: HunkObject) => {
    const key = keyOfObject(object);
    return templates.has(key) && !possiblePathsOf(key).some((path) => rendered.has(path));
  };
  const hunks = review.hunks.map((hunk) => {
    const found = hunk.type === 'removed' ? hunk.objects.filter(isUnplaced) : [];
    return found.length === 0 ? hunk : { ...hunk, risks: [...found.map(riskOf), ...hunk.risks] };
  });
  return { ...review, hunks: hunks.toSorted(byRisk) };
}

/** Returns the names of the objects that a review shows as removed. */
export function removedNames(hunks: readonly Hunk[]): ReadonlySet<string> {
  const removed = hunks.filter(({ type }) => type === 'removed');
  return new Set(removed.flatMap(({ objects }) => objects.map(({ reference }) => reference.name)));
}

function riskOf({ reference }: HunkObject): Risk {
  const { apiVersion, kind, ...metadata } = reference;
  const name = describeObject({ apiVersion, kind, metadata });
  return { code: 'unplaced', message: `${name} is deleted everywhere, but its template stays` };
}

function keyOfObject({ reference }: HunkObject): ObjectKey {
  const { apiVersion, kind, ...metadata } = reference;
  return keyOf({ apiVersion, kind, metadata });
}
