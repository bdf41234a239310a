/** Short forms of clusters and placement requests. */

import type { PlacementRequest, PlacementRules } from '#compiler/place/request.ts';
import type { Schedule } from '#compiler/place/schedule.ts';
import { createScheduler } from '#compiler/place/scheduler.ts';
import type { Cluster, ClusterSpec, ResourceList } from '#model/cluster.ts';
import type { Placement } from '#model/policy.ts';

export interface ClusterParts extends Partial<ClusterSpec> {
  readonly labels?: Readonly<Record<string, string>>;
  /** Allocatable pods; absent for a cluster without a resource summary. */
  readonly pods?: number;
  readonly allocatable?: ResourceList;
  readonly allocated?: ResourceList;
  readonly grades?: readonly { readonly grade: number; readonly count: number }[];
  readonly apis?: readonly string[];
  readonly deletionTimestamp?: string;
}

export function clusterOf(name: string, parts: ClusterParts = {}): Cluster {
  const { labels = {}, pods, allocatable, allocated = {}, grades = [], apis, ...rest } = parts;
  const { deletionTimestamp, ...spec } = rest;
  const known = pods === undefined ? allocatable : { pods, ...allocatable };
  const resourceSummary = known && {
    ...{ allocatable: known, allocated, allocating: {}, allocatableModelings: grades },
  };
  const apiEnablements = apis?.map((api) => {
    const [, groupVersion = '', kind = ''] = /^(.*)\/([^/]*)$/.exec(api) ?? [];
    return { groupVersion, resources: [{ kind }] };
  });
  return {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name, labels, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    spec: {
      ...{ syncMode: 'Push', provider: '', region: '', zones: [], taints: [], resourceModels: [] },
      ...spec,
    },
    ...(known || apis ? { status: { resourceSummary, apiEnablements } } : {}),
  };
}

export function placementOf(parts: Partial<Placement> = {}): Placement {
  return { clusterTolerations: [], spreadConstraints: [], ...parts };
}

export function requestFor(
  placement: Partial<Placement>,
  parts: Partial<PlacementRequest> = {},
): PlacementRequest {
  const { replicas = 0 } = parts;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    placement: placementOf(placement),
    replicas,
    components: [],
    isWorkload: replicas > 0,
    tieOrder: 'ascending',
    previous: { clusters: [], reschedule: false },
    ...parts,
  };
}

export const regatta: PlacementRules = {
  profile: 'regatta',
  enableEmptyWorkloadPropagation: false,
};
export const karmada: PlacementRules = { ...regatta, profile: 'karmada' };

/** Schedules one request. */
export function scheduled(
  clusters: readonly Cluster[],
  request: PlacementRequest,
  rules: PlacementRules = regatta,
): Schedule {
  return createScheduler(clusters, rules)(request);
}

/** Formats target clusters as `a=2 b=1`, or `a b` when no replicas are assigned. */
export function shares({ clusters }: Pick<Schedule, 'clusters'>): string {
  return clusters
    .map(({ name, replicas }) => (replicas === undefined ? name : `${name}=${replicas}`))
    .join(' ');
}
