import type { Selection } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Diagnostic, Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import type { Attempt } from './attempt.ts';
import type { Failure } from './outcome.ts';

/** The failed placement of a template. */
export interface Unplaced {
  readonly failure: Failure;
  /** One for each affinity that the scheduler tried. The compiler reports the first one. */
  readonly attempts: readonly Attempt[];
  /** All clusters of the fleet, in the order of `verdicts` in each attempt. */
  readonly members: readonly Cluster[];
}

type DiagnosticText = Pick<Diagnostic, 'code' | 'message' | 'hint'>;

/**
 * Reports a template that no attempt could place. The message has the reason for each cluster, because "0 of
 * 12 clusters fit" alone would not help the author.
 */
export function reportUnscheduled(
  template: Sourced,
  { object: policy, at }: Sourced<PropagationPolicy>,
  unplaced: Unplaced,
  report: Report,
): void {
  const [attempt] = unplaced.attempts;
  if (attempt === undefined) return;
  const text = textOf(describeObject(template.object), policy, attempt, unplaced);
  report({ severity: 'error', at: at('/spec/placement'), ...text });
}

/** Reports a template whose policy sets a `schedulerName` other than that of Regatta's only scheduler. */
export function reportOtherScheduler(
  template: Sourced,
  { object: policy, at }: Sourced<PropagationPolicy>,
  report: Report,
): void {
  const title = describeObject(template.object);
  report({
    code: 'place/other-scheduler',
    severity: 'error',
    message: `${title} is not placed: ${describeObject(policy)} sets schedulerName ${JSON.stringify(policy.spec.schedulerName)}`,
    at: at('/spec/schedulerName'),
    hint: 'remove spec.schedulerName: Regatta has only the default scheduler',
  });
}

/** Warns of a workload that requests 0 replicas and therefore goes to no cluster. */
export function reportNoReplicas({ object, at }: Sourced, report: Report): void {
  report({
    code: 'place/no-replicas',
    severity: 'warning',
    message: `${describeObject(object)} is placed on no cluster: it requests 0 replicas`,
    at: at('/spec'),
    hint: 'request replicas, or delete the object',
  });
}

/** Warns of each policy that sets `workloadAffinity`, which has no effect, once for all its templates. */
export function reportWithoutEffect(selections: readonly Selection[], report: Report): void {
  for (const { object, at } of new Set(selections.flatMap(({ policy }) => policy ?? []))) {
    if (object.spec.placement.workloadAffinity === undefined) continue;
    report({
      code: 'place/no-effect',
      severity: 'warning',
      message: `${describeObject(object)}: spec.placement.workloadAffinity has no effect`,
      at: at('/spec/placement/workloadAffinity', { key: true }),
      hint: 'name the clusters in an affinity, or spread by cluster',
    });
  }
}

function textOf(
  title: string,
  policy: PropagationPolicy,
  attempt: Attempt,
  { failure, members }: Unplaced,
): DiagnosticText {
  const by = describeObject(policy);
  switch (failure.reason) {
    case 'NoClusterFit': {
      const reasons = members.map(
        ({ metadata }, index) => `${metadata.name}: ${attempt.verdicts[index]?.message}`,
      );
      const of = members.length === 0 ? 'no clusters are registered' : reasons.join('; ');
      return {
        code: 'place/no-cluster-fits',
        message: `${title} fits none of ${members.length} clusters under ${by} (${of})`,
        hint: 'widen spec.placement, or register a cluster that it accepts',
      };
    }
    case 'Unschedulable':
      return {
        code: 'place/not-enough-room',
        message: `${title} requests more replicas than fit into the clusters of ${by} (${allocatableIn(attempt)})`,
        hint: 'update status.resourceSummary of the clusters, request fewer resources, or accept more clusters',
      };
    default:
      return {
        code: 'place/cannot-spread',
        message: `${title} does not satisfy the spread constraints of ${by}: ${failure.message}`,
        hint: 'relax spec.placement.spreadConstraints, or accept more clusters',
      };
  }
}

function allocatableIn({ candidates }: Attempt): string {
  return candidates
    .map(({ name, allocatable, limitedBy }) => {
      if (limitedBy === 'status') return `${name}: no status.resourceSummary`;
      return `${name}: ${allocatable} more${limitedBy === undefined ? '' : `, limited by ${limitedBy}`}`;
    })
    .join('; ');
}
