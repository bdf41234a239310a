import type { Cluster } from '#model/cluster.ts';
import { byText } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import { matchesCluster } from '#model/selector.ts';
import type { Sourced } from '#model/source.ts';
import type { Division } from '../place/divide.ts';
import type { DivisionVerdict, ShareVerdict } from './explanation.ts';

const scheduling = '/spec/placement/replicaScheduling';

/**
 * Explains a division so that a reader can verify it: each replica in turn goes to the cluster with
 * the largest weight / (2 × replicas received so far + 1).
 */
export function judgeDivision(
  division: Division,
  clusters: readonly Sourced<Cluster>[],
  policy: Sourced<PropagationPolicy>,
): DivisionVerdict {
  const { shares, replicas, weightBy } = division;
  const total = shares.reduce((sum, share) => sum + share.weight, 0);
  const isDivided = weightBy !== 'none' && replicas > 0 && total > 0;
  const judged = shares.map((share): ShareVerdict => {
    const weighed =
      weightBy === 'weightPreference' ? weightPointer(share.name, clusters, policy) : undefined;
    const at = weighed === undefined ? {} : { at: policy.at(weighed) };
    if (!isDivided || share.weight === 0) return { ...share, ...at };
    const seats = share.replicas - share.assigned;
    return {
      ...share,
      ...at,
      exact: (replicas * share.weight) / total,
      ...(seats > 0 ? { lastClaim: share.weight / (2 * seats - 1) } : {}),
      nextClaim: share.weight / (2 * seats + 1),
    };
  });
  return { ...division, at: policy.at(scheduling), shares: judged, tie: tieOf(judged) };
}

/** Returns the clusters with equal claims to the last replica, ordered by name. */
function tieOf(shares: readonly ShareVerdict[]): DivisionVerdict['tie'] {
  const claim = Math.min(...shares.flatMap(({ lastClaim = [] }) => lastClaim));
  const won = shares.filter(({ lastClaim }) => lastClaim === claim);
  const lost = shares.filter(({ nextClaim }) => nextClaim === claim);
  if (won.length === 0 || lost.length === 0) return undefined;
  const names = [...new Set([...won, ...lost].map(({ name }) => name))];
  return { claim, clusters: names.sort(byText) };
}

/** Returns the pointer to the weight of a cluster: the largest of the weights that match it. */
function weightPointer(
  name: string,
  clusters: readonly Sourced<Cluster>[],
  { object }: Sourced<PropagationPolicy>,
): string | undefined {
  const cluster = clusters.find((candidate) => candidate.object.metadata.name === name)?.object;
  const weights = object.spec.placement.replicaScheduling?.weightPreference?.staticWeightList ?? [];
  let best: { readonly index: number; readonly weight: number } = { index: -1, weight: 0 };
  for (const [index, { targetCluster, weight }] of weights.entries()) {
    const isMeant = cluster !== undefined && matchesCluster(targetCluster, cluster);
    if (isMeant && weight > best.weight) best = { index, weight };
  }
  if (best.index < 0) return undefined;
  return `${scheduling}/weightPreference/staticWeightList/${best.index}/weight`;
}
