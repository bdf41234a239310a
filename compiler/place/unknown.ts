import type { Selection } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import { nearestWord } from '#model/nearest.ts';
import { describeObject } from '#model/object.ts';
import type { Placement, PropagationPolicy } from '#model/policy.ts';
import type { ClusterAffinity } from '#model/selector.ts';

/**
 * Warns of clusterNames and exclude entries that match no registered cluster, once for each policy.
 */
export function reportUnknownClusters(
  selections: readonly Selection[],
  members: readonly Cluster[],
  report: Report,
): void {
  const known = new Set(members.map(({ metadata }) => metadata.name));
  const policies = new Set(selections.flatMap(({ policy }) => policy ?? []));
  for (const { object, at } of policies) {
    for (const { pointer, name } of namedClusters(object)) {
      if (known.has(name)) continue;
      const nearest = nearestWord(name, known);
      report({
        code: 'place/unknown-cluster',
        severity: 'warning',
        message: `${describeObject(object)} names cluster ${name}, which is not registered`,
        at: at(pointer),
        hint:
          nearest === undefined
            ? `add a Cluster with metadata.name ${name}, or remove the name from the policy`
            : `did you mean ${nearest}?`,
      });
    }
  }
}

interface NamedCluster {
  readonly pointer: string;
  readonly name: string;
}

function namedClusters({ spec }: PropagationPolicy): readonly NamedCluster[] {
  return affinitiesOf(spec.placement).flatMap(({ affinity, pointer }) =>
    (['clusterNames', 'exclude'] as const).flatMap((field) =>
      (affinity[field] ?? []).map((name, index) => ({
        name,
        pointer: `/spec/placement/${pointer}/${field}/${index}`,
      })),
    ),
  );
}

interface LocatedAffinity {
  readonly pointer: string;
  readonly affinity: ClusterAffinity;
}

function affinitiesOf(placement: Placement): readonly LocatedAffinity[] {
  const { clusterAffinity = {}, clusterAffinities = [], replicaScheduling } = placement;
  const weights = replicaScheduling?.weightPreference?.staticWeightList ?? [];
  return [
    { pointer: 'clusterAffinity', affinity: clusterAffinity },
    ...clusterAffinities.flatMap((affinity, index) => {
      const pointer = `clusterAffinities/${index}`;
      const overflow = (affinity.overflowAffinities ?? []).map((tier, order) => ({
        pointer: `${pointer}/overflowAffinities/${order}`,
        affinity: tier,
      }));
      return [{ pointer, affinity }, ...overflow];
    }),
    ...weights.map(({ targetCluster }, index) => ({
      pointer: `replicaScheduling/weightPreference/staticWeightList/${index}/targetCluster`,
      affinity: targetCluster,
    })),
  ];
}
