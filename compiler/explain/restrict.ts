import type { Cluster } from '#model/cluster.ts';
import { NoSuchClusterError } from '#model/no-such-cluster.ts';
import type { Sourced } from '#model/source.ts';
import type { Explanation } from './explanation.ts';

/**
 * Reduces an explanation to one cluster.
 *
 * @throws NoSuchClusterError if the repository has no such cluster
 */
export function restrictToCluster(
  explanation: Explanation,
  cluster: string,
  clusters: readonly Sourced<Cluster>[],
): Explanation {
  const names = clusters.map(({ object }) => object.metadata.name);
  if (!names.includes(cluster)) throw new NoSuchClusterError([cluster], names);
  const { attempts, placement, requiredBy, objects } = explanation;
  const isIt = ({ name }: { readonly name: string }) => name === cluster;
  return {
    ...explanation,
    attempts: attempts.map((attempt) => ({
      ...attempt,
      clusters: attempt.clusters.filter((verdict) => verdict.cluster === cluster),
    })),
    placement: {
      ...placement,
      clusters: placement.clusters.filter(isIt),
      before: placement.before?.filter(isIt),
    },
    requiredBy: requiredBy.filter((needs) => needs.clusters.includes(cluster)),
    objects: objects.filter((object) => object.cluster === cluster),
  };
}
