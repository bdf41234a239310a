import { byText } from '#model/object.ts';
import { done, failed, type Step } from './outcome.ts';

/** How many groups, or clusters, a constraint asks for. */
export interface Limits {
  readonly min: number;
  readonly max: number;
}

/** A group of clusters that may be chosen as a whole. */
export interface Group {
  readonly name: string;
  /** How many clusters it has. */
  readonly size: number;
  readonly score: number;
}

/** Some groups together, the best first. */
interface Path<G extends Group> {
  readonly groups: readonly G[];
  readonly score: number;
  readonly size: number;
}

/** Beyond this many combinations a search would take minutes, and no choice can be explained. */
const mostPaths = 200_000;

/**
 * The groups that together have enough clusters and the highest score; none when no choice within
 * the limits has enough.
 *
 * @param target - how many clusters they must have together
 */
export function selectGroups<G extends Group>(
  groups: readonly G[],
  limits: Limits,
  target: number,
): Step<readonly G[]> {
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

/** Whether fewer groups, the same ones in the same order, begin a path. */
function begins<G extends Group>(path: Path<G>, shorter: Path<G>): boolean {
  return (
    shorter.groups.length < path.groups.length &&
    shorter.groups.every(({ name }, index) => path.groups[index]?.name === name)
  );
}

/**
 * Searches the combinations from small groups to large. One is not extended once it is enough, and
 * when all groups are needed there is but one, which Karmada finds without turning back.
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

  /** Whether even the largest of the groups that are left, or all of them, would not be enough. */
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
