import { byText } from '#model/object.ts';

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
): readonly G[] {
  const paths = feasiblePaths(groups, limits, target);
  const [first, ...others] = paths.sort((a, b) => b.score - a.score || b.size - a.size);
  if (first === undefined) return [];
  return others.reduce((best, path) => (begins(best, path) ? path : best), first).groups;
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
    if (size >= target && chosen.length >= min && chosen.length <= max) {
      paths.push(pathOf(chosen));
      return;
    }
    if (chosen.length >= max || size + largest(from, max - chosen.length) < target) return;
    for (const [index, group] of sorted.entries()) {
      if (index < from) continue;
      search([...chosen, group], size + group.size, index + 1);
      if (sorted.length === min) return;
    }
  }

  /** What the largest groups that may still be chosen add up to. */
  function largest(from: number, count: number): number {
    const start = Math.max(from, sorted.length - count);
    return sorted.slice(start).reduce((sum, { size }) => sum + size, 0);
  }
}

function pathOf<G extends Group>(chosen: readonly G[]): Path<G> {
  return {
    groups: chosen.toSorted((a, b) => b.score - a.score || byText(a.name, b.name)),
    score: chosen.reduce((sum, { score }) => sum + score, 0),
    size: chosen.reduce((sum, { size }) => sum + size, 0),
  };
}
