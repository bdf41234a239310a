import type { Selection } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Diagnostic, Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import type { Attempt } from './attempt.ts';
import type { Failure } from './outcome.ts';

export interface Unplaced {
  readonly failure: Failure;
  readonly attempts: readonly Attempt[];
  /** In the order of the verdicts. */
  readonly members: readonly Cluster[];
}

type Fault = Pick<Diagnostic, 'code' | 'message' | 'hint'>;

/**
 * Reports a template that cannot be placed, with what speaks against each cluster, because "0 of 12
 * clusters fit" alone helps no author.
 */
export function reportUnscheduled(
  template: Sourced,
  { object: policy, at }: Sourced<PropagationPolicy>,
  unplaced: Unplaced,
  report: Report,
): void {
  const [attempt] = unplaced.attempts;
  if (attempt === undefined) return;
  const fault = faultOf(describeObject(template.object), policy, attempt, unplaced);
  report({ severity: 'error', at: at('/spec/placement'), ...fault });
}

/** Reports a template that waits for a scheduler which does not exist here. */
export function reportOtherScheduler(
  template: Sourced,
  { object: policy, at }: Sourced<PropagationPolicy>,
  report: Report,
): void {
  const title = describeObject(template.object);
  report({
    code: 'place/other-scheduler',
    severity: 'error',
    message: `${title} goes nowhere: ${describeObject(policy)} leaves it to scheduler ${policy.spec.schedulerName}`,
    at: at('/spec/schedulerName'),
    hint: 'remove spec.schedulerName: there is no other scheduler',
  });
}

/** Warns of a workload that runs nowhere because it asks for nothing. */
export function reportNoReplicas({ object, at }: Sourced, report: Report): void {
  report({
    code: 'place/no-replicas',
    severity: 'warning',
    message: `${describeObject(object)} goes nowhere: it asks for no replicas`,
    at: at('/spec'),
    hint: 'ask for replicas, or delete it if it is to be gone',
  });
}

/** Warns of what a policy says to no effect, once for each policy. */
export function reportWithoutEffect(selections: readonly Selection[], report: Report): void {
  for (const { object, at } of new Set(selections.flatMap(({ policy }) => policy ?? []))) {
    if (object.spec.placement.workloadAffinity === undefined) continue;
    report({
      code: 'place/no-effect',
      severity: 'warning',
      message: `${describeObject(object)}: nothing follows from spec.placement.workloadAffinity`,
      at: at('/spec/placement/workloadAffinity', { key: true }),
      hint: 'name the clusters in an affinity, or spread by cluster',
    });
  }
}

function faultOf(
  title: string,
  policy: PropagationPolicy,
  attempt: Attempt,
  { failure, members }: Unplaced,
): Fault {
  const by = describeObject(policy);
  switch (failure.reason) {
    case 'NoClusterFit': {
      const reasons = members.map(
        ({ metadata }, index) => `${metadata.name}: ${attempt.verdicts[index]?.told}`,
      );
      const of = members.length === 0 ? 'there is no cluster' : reasons.join('; ');
      return {
        code: 'place/no-cluster-fits',
        message: `${title} fits none of ${members.length} clusters by ${by} (${of})`,
        hint: 'widen spec.placement, or register a cluster that it lets in',
      };
    }
    case 'Unschedulable':
      return {
        code: 'place/not-enough-room',
        message: `${title} has more replicas than the clusters of ${by} have room for (${roomOf(attempt)})`,
        hint: 'raise status.resourceSummary of the clusters, ask for less, or let more clusters in',
      };
    default:
      return {
        code: 'place/cannot-spread',
        message: `${title} cannot be spread as ${by} says: ${failure.message}`,
        hint: 'relax spec.placement.spreadConstraints, or let more clusters in',
      };
  }
}

function roomOf({ candidates }: Attempt): string {
  return candidates
    .map(({ name, allocatable, limitedBy }) => {
      if (limitedBy === 'status') return `${name}: status.resourceSummary is not known`;
      return `${name}: ${allocatable} more${limitedBy === undefined ? '' : ` by ${limitedBy}`}`;
    })
    .join('; ');
}
