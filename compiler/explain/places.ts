import type { Cluster } from '#model/cluster.ts';
import { byText } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import type { Attempt } from '../place/attempt.ts';
import type { Candidate } from '../place/candidates.ts';
import type { AttemptVerdict, ClusterVerdict } from './explanation.ts';

/** What came of an affinity, cluster by cluster. */
export function judgeAttempt(
  attempt: Attempt,
  clusters: readonly Cluster[],
  policy: Sourced<PropagationPolicy>,
): AttemptVerdict {
  const { term, verdicts, result, regions } = attempt;
  const { reason, message } = result.type === 'failed' ? result : {};
  return {
    affinity: term.field,
    name: term.name,
    at: policy.at(term.pointer),
    clusters: clusters
      .map(({ metadata }, index): ClusterVerdict => {
        const rejection = verdicts[index];
        if (rejection === undefined) return judgeCandidate(metadata.name, attempt, policy);
        const { plugin, told, pointer } = rejection;
        const at = policy.at(pointer);
        return { cluster: metadata.name, outcome: 'out', plugin, reason: told, at };
      })
      .toSorted((a, b) => byText(a.cluster, b.cluster)),
    regions,
    divisions: result.type === 'done' ? result.value.divisions : [],
    failure: reason === undefined || message === undefined ? undefined : { reason, message },
  };
}

function judgeCandidate(
  name: string,
  { candidates, selected, term, result, regions }: Attempt,
  policy: Sourced<PropagationPolicy>,
): ClusterVerdict {
  const rank = candidates.findIndex((candidate) => candidate.name === name);
  const candidate = candidates[rank];
  const room = roomOf(candidate, candidates);
  const isSelected = selected.some((choice) => choice.name === name);
  if (!isSelected && result.type === 'done') {
    const region = regions?.find((score) => score.name === candidate?.cluster.spec.region);
    const reason =
      region !== undefined && !region.isChosen
        ? `its region ${region.name} is not chosen`
        : `is number ${rank + 1} of ${candidates.length}, and ${selected.length} are taken`;
    const at = policy.at('/spec/placement/spreadConstraints');
    return {
      cluster: name,
      outcome: 'passed over',
      plugin: 'SpreadConstraint',
      reason,
      at,
      ...room,
    };
  }
  const isListed = result.type !== 'done' || hasShare(name, result.value.clusters);
  return {
    cluster: name,
    outcome: isListed && isSelected ? 'taken' : 'passed over',
    plugin: 'ClusterAffinity',
    reason: isListed ? entry(term.field, policy) : 'gets no replica',
    at: policy.at(term.pointer),
    ...room,
  };
}

function hasShare(name: string, clusters: readonly { readonly name: string }[]): boolean {
  return clusters.some((target) => target.name === name);
}

function entry(field: string, { object }: Sourced<PropagationPolicy>): string {
  const { clusterAffinity, clusterAffinities = [] } = object.spec.placement;
  const open = clusterAffinity === undefined && clusterAffinities.length === 0;
  return open ? 'there is no affinity: every cluster is let in' : `${field} lets it in`;
}

/** Told only where it was looked at: else every cluster has the same. */
function roomOf(
  candidate: Candidate | undefined,
  candidates: readonly Candidate[],
): Pick<ClusterVerdict, 'room' | 'limitedBy'> {
  if (candidate === undefined) return {};
  const { allocatable, limitedBy } = candidate;
  if (candidates.every((other) => other.limitedBy === undefined)) return {};
  return { room: allocatable, limitedBy };
}
