import {
  type Binding,
  type Selection,
  type TargetCluster,
  templateDigest,
} from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import type { Profile, PropagationPolicy } from '#model/policy.ts';
import { type Sourced, variantFor } from '#model/source.ts';
import { reportAssumed } from './assumed.ts';
import {
  reportNoReplicas,
  reportOtherScheduler,
  reportUnscheduled,
  reportWithoutEffect,
} from './report.ts';
import { requestOf } from './request.ts';
import type { Scheduler } from './scheduler.ts';
import { reportUnknownClusters } from './unknown.ts';

/**
 * Chooses the clusters of every selected template and their replicas. Reports a template that it cannot place
 * as an error; the binding then has the clusters that the template keeps.
 *
 * @param placing - `schedule` decides for this profile and these clusters
 */
export function placeBindings(
  selections: readonly Selection[],
  clusters: readonly Sourced<Cluster>[],
  { profile, schedule }: { readonly profile: Profile; readonly schedule: Scheduler },
  report: Report,
): readonly Binding[] {
  const members = clusters.map(({ object }) => object);
  const everywhere = members.map(({ metadata }) => ({ name: metadata.name }));
  reportUnknownClusters(selections, members, report);
  reportWithoutEffect(selections, report);
  if (profile === 'regatta') reportAssumed(selections, clusters, report);
  return selections.map((selection) => {
    const { policy } = selection;
    if (policy === undefined) {
      return {
        ...selection,
        clusters: everywhere.filter(({ name }) => isMadeFor(selection, name)),
      };
    }
    return placeOne(selection, policy, { schedule, members, report });
  });
}

interface Placing {
  readonly schedule: Scheduler;
  readonly members: readonly Cluster[];
  readonly report: Report;
}

function placeOne(
  selection: Selection,
  policy: Sourced<PropagationPolicy>,
  { schedule, members, report }: Placing,
): Binding {
  const { placement, schedulerName } = policy.object.spec;
  const { clusters: before = [], affinityName: termBefore } = selection.previous ?? {};
  const unchanged = { ...selection, clusters: before, affinityName: termBefore };
  if (isFrozen(selection, policy.object)) return unchanged;
  if (schedulerName !== 'default-scheduler') {
    reportOtherScheduler(selection.template, policy, report);
    const message = `spec.schedulerName=${schedulerName}`;
    return { ...unchanged, unscheduled: { reason: 'NotHandledByDefaultScheduler', message } };
  }
  const request = requestOf(selection, placement);
  const { clusters, affinityName, failure, attempts } = schedule(request);
  const binding = { ...selection, clusters: clusters.map(withVariantReplicas), affinityName };
  if (failure === undefined) {
    if (clusters.length === 0) reportNoReplicas(selection.template, report);
    return binding;
  }
  reportUnscheduled(selection.template, policy, { attempts, failure, members }, report);
  const { reason, message } = failure;
  return { ...binding, unscheduled: { reason, message } };

  function withVariantReplicas(target: TargetCluster): TargetCluster {
    const replicas = selection.variantReplicas?.get(target.name);
    return replicas === undefined ? target : { ...target, replicas };
  }
}

function isMadeFor({ template }: Selection, cluster: string): boolean {
  return variantFor(template, cluster) !== undefined;
}

/**
 * Reports whether a template keeps its previous placement, because its policy suspends scheduling, or its
 * policy is lazy and the template has not changed.
 */
export function isFrozen(selection: Selection, { spec }: PropagationPolicy): boolean {
  const { previous } = selection;
  if (spec.suspension?.scheduling || previous?.isSuspended) return true;
  if (spec.activationPreference !== 'Lazy' || previous?.template === undefined) return false;
  return !previous.reschedule && previous.template === templateDigest(selection);
}
