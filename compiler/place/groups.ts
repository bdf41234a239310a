import { byText } from '#model/object.ts';
import { done, failed, type PlacementResult } from './outcome.ts';

/** Minimum and maximum number of groups or clusters of a spread constraint. */
export interface Limits {
  readonly min: number;
  readonly max: number;
}

/** A group of clusters. The scheduler selects all of them or none. */
export interface Group {
  readonly name: string;
  /** Number of its clusters. */
  readonly size: number;
  readonly score: number;
}

/** A combination of groups, the best first. */
interface Path<G extends Group> {
  readonly groups: readonly G[];
  readonly score: number;
  readonly size: number;
}

/** A search through more combinations would take minutes, and no reader could follow its result. */
const mostPaths = 200_000;

/**
 * Returns the combination of groups with enough clusters and the highest score; empty if no
 * combination within the limits has enough.
 *
 * @param target - number of clusters that they must have together
 */
export function selectGroups<G extends Group>(
  groups: readonly G[],
  limits: Limits,
  target: number,
): PlacementResult<readonly G[]> {
  const paths = feasiblePaths(groups, limits, target);
  if (paths.length > mostPaths) {
    return failed(
      'SchedulerError',
      `too many combinations of ${groups.length} groups to choose from`,
    );
  }
  const [first, ...others] = paths.sort((a, b) => b.score - a.score || b.size - a.size);
  if (first === undefined) return done([]);
  return done(others.reduce((best, path) => (begins(best, path) ? path : best), first).groups);
}

/** Reports whether a path starts with all groups of a shorter one, in the same order. */
function begins<G extends Group>(path: Path<G>, shorter: Path<G>): boolean {
  return (
    shorter.groups.length < path.groups.length &&
    shorter.groups.every(({ name }, index) => path.groups[index]?.name === name)
  );
}

/**
 * Searches the combinations from small groups to large ones, and does not extend a sufficient combination. If
 * the constraint requires all groups, it finds the only combination without backtracking, as Karmada does.
 */
function feasiblePaths<G extends Group>(
  groups: readonly G[],
  { min, max }: Limits,
  target: number,
): Path<G>[] {
  const sorted = groups.toSorted(
    (a, b) => a.size - b.size || b.score - a.score || byText(a.name, b.name),
  );
  const paths: Path<G>[] = [];
  search([], 0, 0);
  return paths;

  function search(chosen: readonly G[], size: number, from: number): void {
    if (paths.length > mostPaths) return;
    if (size >= target && chosen.length >= min && chosen.length <= max) {
      paths.push(pathOf(chosen));
      return;
    }
    if (isHopeless(chosen.length, size, from)) return;
    const next = sorted.slice(from, sorted.length === min ? from + 1 : undefined);
    for (const [index, group] of next.entries()) {
      search([...chosen, group], size + group.size, from + index + 1);
    }
  }

  /** Reports whether the remaining groups cannot complete the combination. */
  function isHopeless(length: number, size: number, from: number): boolean {
    const left = sorted.length - from;
    if (length >= max || length + left < min) return true;
    const count = Math.min(left, max - length);
    const largest = sorted.slice(sorted.length - count);
    return largest.reduce((sum, group) => sum + group.size, size) < target;
  }
}

function pathOf<G extends Group>(chosen: readonly G[]): Path<G> {
  return {
    groups: chosen.toSorted((a, b) => b.score - a.score || byText(a.name, b.name)),
    score: chosen.reduce((sum, { score }) => sum + score, 0),
    size: chosen.reduce((sum, { size }) => sum + size, 0),
  };
}
