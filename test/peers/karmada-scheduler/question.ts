/** A question to a scheduler, as small as it can be written down, and how each of two is asked it. */
import { type PlacementRequest, requestOf } from '#compiler/place/request.ts';
import { createScheduler } from '#compiler/place/scheduler.ts';
import type { TargetCluster } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Placement } from '#model/policy.ts';
import type { ReplicaRequirements } from '#model/replica-requirements.ts';
import { type ClusterParts, clusterOf, placementOf } from '#test/compiler/place/samples.ts';

export interface Question {
  readonly fleet: Readonly<Record<string, ClusterParts>>;
  readonly placement: Partial<Placement>;
  readonly replicas: number;
  readonly requirements?: ReplicaRequirements | undefined;
  readonly previous: readonly TargetCluster[];
  readonly affinity?: string | undefined;
  readonly reschedule: boolean;
  readonly uid: string;
  /** `--enable-empty-workload-propagation`. */
  readonly empty: boolean;
}

export interface Answer {
  readonly clusters: readonly TargetCluster[] | null;
  readonly affinity?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

function clustersOf({ fleet }: Question): readonly Cluster[] {
  return Object.entries(fleet).map(([name, parts]) =>
    clusterOf(name, parts.grades === undefined ? parts : { ...parts, resourceModels }),
  );
}

const resourceModels = [
  { grade: 0, ranges: [range('cpu', '0'), range('memory', '0')] },
  { grade: 1, ranges: [range('cpu', '1'), range('memory', '4Gi')] },
  { grade: 2, ranges: [range('cpu', '4'), range('memory', '16Gi')] },
];

function range(name: string, min: string) {
  return { name, min, max: '9223372036854775807' };
}

/** As Karmada's oracle reads it. */
export function askedOf(question: Question): unknown {
  const { placement, replicas, requirements, previous, affinity, reschedule, uid } = question;
  const resource = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'n', name: 'o', uid };
  const rescheduleTriggeredAt = reschedule ? '2026-01-02T00:00:00Z' : undefined;
  const replicaRequirements = requirements;
  return {
    clusters: clustersOf(question),
    spec: {
      ...{ resource, replicas, replicaRequirements, clusters: previous },
      ...{ placement, rescheduleTriggeredAt },
    },
    status: {
      schedulerObservingAffinityName: affinity,
      lastScheduledTime: '2026-01-01T00:00:00Z',
    },
    empty: question.empty,
  };
}

/** Regatta's answer, by Karmada's rules. */
export function answerOf(question: Question): Answer {
  const rules = {
    profile: 'karmada',
    enableEmptyWorkloadPropagation: question.empty,
  } as const;
  const { clusters, affinityName, failure } = createScheduler(
    clustersOf(question),
    rules,
  )(toRequest(question));
  const { reason, message } = failure ?? {};
  return { clusters, affinity: affinityName, reason, message };
}

function toRequest(question: Question): PlacementRequest {
  const { placement, replicas, requirements, previous, affinity, reschedule, uid } = question;
  const object = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { namespace: 'n', name: 'o', uid },
  };
  const template = { object, at: () => ({ file: '', line: 1, column: 1 }) };
  const selection = {
    ...{ template, replicas, replicaRequirements: requirements },
    previous: { clusters: previous, affinityName: affinity, reschedule, isSuspended: false },
  };
  return requestOf(selection, placementOf(placement));
}

/** What must be equal in two answers, as a text. */
export function essence({ clusters, affinity = '', reason = '', message = '' }: Answer): string {
  const shares = (clusters ?? []).map(({ name, replicas = 0 }) => `${name}=${replicas}`);
  return [shares.join(' '), affinity, reason, reason === 'NoClusterFit' ? '' : message].join('\n');
}
