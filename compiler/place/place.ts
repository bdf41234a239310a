import type { Binding, Selection } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import { rejectionOf } from './filter.ts';
import { reportUnknownClusters } from './unknown.ts';

/**
 * Decides the clusters of every selected template. One that fits no cluster is an error that names
 * each cluster's reason, because "0 of 12 clusters fit" alone helps no author.
 */
export function placeBindings(
  selections: readonly Selection[],
  clusters: readonly Sourced<Cluster>[],
  report: Report,
): readonly Binding[] {
  const members = clusters.map(({ object }) => object);
  reportUnknownClusters(selections, members, report);
  return selections.flatMap((selection): readonly Binding[] => {
    const { policy } = selection;
    const fitting =
      policy === undefined
        ? members
        : members.filter(
            (cluster) => rejectionOf(cluster, policy.object.spec.placement) === undefined,
          );
    if (policy !== undefined && fitting.length === 0) {
      reportNoFit(selection, policy, members, report);
      return [];
    }
    return [{ ...selection, clusters: fitting.map(({ metadata }) => ({ name: metadata.name })) }];
  });
}

function reportNoFit(
  { template }: Selection,
  { object: policy, at }: Sourced<PropagationPolicy>,
  members: readonly Cluster[],
  report: Report,
): void {
  const reasons = members.map(
    (cluster) => `${cluster.metadata.name}: ${rejectionOf(cluster, policy.spec.placement)}`,
  );
  const of = members.length === 0 ? 'there is no cluster' : reasons.join('; ');
  report({
    code: 'place/no-cluster-fits',
    severity: 'error',
    message: `${describeObject(template.object)} fits none of ${members.length} clusters by ${describeObject(policy)} (${of})`,
    at: at('/spec/placement'),
    hint: 'widen spec.placement, or register a cluster that it lets in',
  });
}
