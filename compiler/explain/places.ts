import type { Cluster } from '#model/cluster.ts';
import { byText } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import type { Attempt } from '../place/attempt.ts';
import type { Candidate } from '../place/candidates.ts';
import { admissionOf, evidenceOf } from './admission.ts';
import { judgeDivision } from './arithmetic.ts';
import type { AttemptVerdict, ClusterVerdict, Evidence } from './explanation.ts';

/** Explains the result of an affinity for each cluster. */
export function judgeAttempt(
  attempt: Attempt,
  clusters: readonly Sourced<Cluster>[],
  policy: Sourced<PropagationPolicy>,
): AttemptVerdict {
  const { term, verdicts, result, regions } = attempt;
  const { reason, message } = result.type === 'failed' ? result : {};
  return {
    affinity: term.field,
    name: term.name,
    at: policy.at(term.pointer),
    clusters: clusters
      .map((cluster, index): ClusterVerdict => {
        const rejection = verdicts[index];
        if (rejection === undefined) return judgeCandidate(cluster, attempt, policy);
        const { plugin, message: reason, pointer } = rejection;
        const also = evidenceOf(rejection, cluster, policy);
        const { name } = cluster.object.metadata;
        return { cluster: name, outcome: 'out', plugin, reason, at: policy.at(pointer), also };
      })
      .toSorted((a, b) => byText(a.cluster, b.cluster)),
    regions,
    divisions:
      result.type === 'done'
        ? result.value.divisions.map((division) => judgeDivision(division, clusters, policy))
        : [],
    failure: reason === undefined || message === undefined ? undefined : { reason, message },
  };
}

function judgeCandidate(
  { object, at }: Sourced<Cluster>,
  attempt: Attempt,
  policy: Sourced<PropagationPolicy>,
): ClusterVerdict {
  const { name } = object.metadata;
  const { candidates, selected, term, result } = attempt;
  const candidate = candidates.find((other) => other.name === name);
  const [first, ...also] = admissionOf({ object, at }, term, policy);
  const verdict = { cluster: name, also, ...allocatableOf(candidate, candidates) };
  if (result.type === 'failed') return { ...verdict, outcome: 'fits', ...first };
  if (!selected.some((choice) => choice.name === name)) {
    return { ...verdict, outcome: 'passed over', ...passedOver(name, attempt, policy) };
  }
  if (hasShare(name, result.value.clusters)) return { ...verdict, outcome: 'taken', ...first };
  return { ...verdict, outcome: 'passed over', ...first, reason: 'gets no replicas' };
}

function passedOver(
  name: string,
  { candidates, selected, regions }: Attempt,
  { object, at }: Sourced<PropagationPolicy>,
): Evidence {
  const { spreadConstraints } = object.spec.placement;
  const rank = candidates.findIndex((candidate) => candidate.name === name);
  const home = candidates[rank]?.cluster.spec.region;
  const region = regions?.find((score) => score.name === home && !score.isChosen);
  const field = region === undefined ? 'cluster' : 'region';
  const index = spreadConstraints.findLastIndex(({ spreadByField }) => spreadByField === field);
  return {
    plugin: 'SpreadConstraint',
    reason:
      region === undefined
        ? `has rank ${rank + 1} of ${candidates.length}, and ${selected.length} are selected`
        : `region ${region.name} is not selected`,
    at: at(`/spec/placement/spreadConstraints${index < 0 ? '' : `/${index}`}`),
  };
}

function hasShare(name: string, clusters: readonly { readonly name: string }[]): boolean {
  return clusters.some((target) => target.name === name);
}

/** Returns the capacity of a candidate. It is absent if placement ignored capacity. */
function allocatableOf(
  candidate: Candidate | undefined,
  candidates: readonly Candidate[],
): Pick<ClusterVerdict, 'allocatable' | 'limitedBy'> {
  if (candidate === undefined) return {};
  const { allocatable, limitedBy } = candidate;
  if (candidates.every((other) => other.limitedBy === undefined)) return {};
  return { allocatable, limitedBy };
}
