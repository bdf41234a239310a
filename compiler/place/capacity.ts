import type { Cluster, Quantity, ResourceList, ResourceModel } from '#model/cluster.ts';
import { fromWhole, parseQuantity } from '#model/quantity.ts';

/** Amounts by resource name, in billionths of a unit. */
export type AmountMap = ReadonlyMap<string, bigint>;

/** The free resources of a cluster, by its last reported status. */
export interface Capacity {
  /** Number of pods. */
  readonly pods: bigint;
  /** Resources that are allocatable and not allocated. */
  readonly free: AmountMap;
  /** Resources whose quantity has a binary suffix, such as Gi. */
  readonly binary: ReadonlySet<string>;
  /** Grades of nodes with their smallest size; undefined if the status does not count nodes by grade. */
  readonly nodes?: readonly NodeGroup[] | undefined;
}

/** The nodes of one grade. */
export interface NodeGroup {
  readonly count: number;
  readonly size: AmountMap;
}

/**
 * Returns the free resources of a cluster; undefined if its status has no resource summary.
 *
 * Source: Karmada v1.18, pkg/estimator/client/general.go.
 */
export function capacityOf({ spec, status }: Cluster): Capacity | undefined {
  const summary = status?.resourceSummary;
  if (summary === undefined) return undefined;
  const used = [amountsOf(summary.allocated), amountsOf(summary.allocating)];
  const free = new Map(
    [...amountsOf(summary.allocatable)].map(([name, amount]) => [
      name,
      used.reduce((left, amounts) => left - (amounts.get(name) ?? 0n), amount),
    ]),
  );
  const pods = (free.get('pods') ?? 0n) / fromWhole(1n);
  return {
    pods: pods < 0n ? 0n : pods,
    free,
    binary: new Set(
      Object.keys(summary.allocatable).filter((name) => isBinary(summary.allocatable[name] ?? 0)),
    ),
    nodes: nodeGroups(spec.resourceModels, summary.allocatableModelings),
  };
}

/** Reports whether Kubernetes formats a quantity in binary units. */
export function isBinary(quantity: Quantity): boolean {
  return String(quantity).endsWith('i');
}

export function amountsOf(resources: ResourceList): AmountMap {
  return new Map(
    Object.entries(resources).map(([name, quantity]) => [name, parseQuantity(quantity) ?? 0n]),
  );
}

/** Counts each node of a grade with the grade's minimum. */
function nodeGroups(
  models: readonly ResourceModel[],
  counts: readonly { readonly grade: number; readonly count: number }[],
): readonly NodeGroup[] | undefined {
  if (counts.length === 0 || counts.some(({ count }) => count < 0)) return undefined;
  const graded = models.length === 0 ? defaultModels() : standardised(models);
  return graded.flatMap(({ grade, ranges }) => {
    const count = counts
      .filter((entry) => entry.grade === grade)
      .reduce((sum, entry) => sum + entry.count, 0);
    const size = amountsOf(Object.fromEntries(ranges.map(({ name, min }) => [name, min])));
    return count === 0 ? [] : [{ count, size }];
  });
}

type Grade = Pick<ResourceModel, 'grade'> & {
  readonly ranges: readonly { readonly name: string; readonly min: Quantity }[];
};

/** The smallest grade starts at 0, whatever its minimum says. */
function standardised(models: readonly ResourceModel[]): readonly Grade[] {
  const [first, ...others] = models.toSorted((a, b) => a.grade - b.grade);
  if (first === undefined) return [];
  return [{ ...first, ranges: first.ranges.map((range) => ({ ...range, min: 0 })) }, ...others];
}

/**
 * The default grades: 0 cores and no memory, 1 core and 4 GiB, then each twice the previous one.
 */
function defaultModels(): readonly Grade[] {
  const memory = [0, 4, 16, 32, 64, 128, 256, 512, 1024];
  return memory.map((gibibytes, grade) => ({
    grade,
    ranges: [
      { name: 'cpu', min: grade === 0 ? 0 : 2 ** (grade - 1) },
      { name: 'memory', min: `${gibibytes}Gi` },
    ],
  }));
}
