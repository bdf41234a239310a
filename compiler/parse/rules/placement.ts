import { isQualifiedName } from '#model/label-form.ts';
import type { ClusterAffinityTerm, Placement, SpreadConstraint } from '#model/policy.ts';
import type { ClusterAffinity } from '#model/selector.ts';
import { below, type Fault, faultIf } from './rules.ts';

/**
 * What Karmada's webhook refuses of a placement.
 *
 * Source: Karmada v1.18, pkg/util/validation/validation.go.
 */
export function placementFaults(placement: Placement): readonly Fault[] {
  const { clusterAffinity, clusterAffinities, spreadConstraints } = placement;
  return [
    ...faultIf(
      clusterAffinity !== undefined && clusterAffinities !== undefined,
      ['clusterAffinities'],
      'cannot stand beside clusterAffinity',
    ),
    ...below(['clusterAffinities'], termsFaults(clusterAffinities ?? [], mayOverflow(placement))),
    ...below(['spreadConstraints'], spreadFaults(spreadConstraints)),
    ...workloadAffinityFaults(placement),
  ];
}

function mayOverflow({ replicaScheduling }: Placement): boolean {
  if (replicaScheduling?.replicaSchedulingType !== 'Divided') return false;
  const { replicaDivisionPreference, weightPreference } = replicaScheduling;
  return (
    replicaDivisionPreference === 'Aggregated' || weightPreference?.dynamicWeight !== undefined
  );
}

function termsFaults(terms: readonly ClusterAffinityTerm[], overflows: boolean): readonly Fault[] {
  const names = terms.map(({ affinityName }) => affinityName);
  return terms.flatMap((term, index) => {
    const { affinityName, overflowAffinities } = term;
    const field = [index, 'affinityName'];
    return [
      ...nameFaults(affinityName, field),
      ...faultIf(names.indexOf(affinityName) < index, field, 'is the name of another term'),
      ...faultIf(
        overflowAffinities !== undefined && !overflows,
        [index, 'overflowAffinities'],
        'needs replicas that are divided by dynamicWeight or Aggregated',
      ),
      ...below([index, 'overflowAffinities'], overflowFaults(term)),
    ];
  });
}

function overflowFaults(term: ClusterAffinityTerm): readonly Fault[] {
  const { affinityName: own, overflowAffinities } = term;
  if (overflowAffinities === undefined) return [];
  const names = [own, ...overflowAffinities.map(({ affinityName }) => affinityName)];
  return [
    ...faultIf(isEmpty(term), [], 'needs a term that says itself which clusters it is of'),
    ...overflowAffinities.flatMap(({ affinityName }, index) => [
      ...nameFaults(affinityName, [index, 'affinityName']),
      ...faultIf(
        names.indexOf(affinityName) <= index,
        [index, 'affinityName'],
        'is the name of another affinity of the term',
      ),
    ]),
  ];
}

function nameFaults(name: string, path: Fault['path']): readonly Fault[] {
  return faultIf(!isQualifiedName(name), path, 'must have the form of a label’s key');
}

function isEmpty({
  labelSelector,
  fieldSelector,
  clusterNames,
  exclude,
}: ClusterAffinity): boolean {
  const hasNames = [clusterNames, exclude].some((list) => list !== undefined && list.length > 0);
  return labelSelector === undefined && fieldSelector === undefined && !hasNames;
}

function spreadFaults(constraints: readonly SpreadConstraint[]): readonly Fault[] {
  const fields = constraints.map(({ spreadByField }) => spreadByField);
  const used = fields.filter((field) => field !== undefined);
  return [
    ...constraints.flatMap(({ spreadByField, spreadByLabel, minGroups, maxGroups = 0 }, index) => [
      ...faultIf(
        spreadByField !== undefined && Boolean(spreadByLabel),
        [index, 'spreadByLabel'],
        'cannot stand beside spreadByField',
      ),
      ...faultIf(
        maxGroups > 0 && maxGroups < minGroups,
        [index, 'maxGroups'],
        'must not be less than minGroups',
      ),
      ...faultIf(
        spreadByField !== undefined && fields.indexOf(spreadByField) < index,
        [index, 'spreadByField'],
        `has a constraint by ${spreadByField} before it already`,
      ),
    ]),
    ...faultIf(
      used.length > 0 && !used.includes('cluster'),
      [],
      'must have a constraint by cluster among them',
    ),
  ];
}

function workloadAffinityFaults({ workloadAffinity }: Placement): readonly Fault[] {
  if (workloadAffinity === undefined) return [];
  const { affinity, antiAffinity } = workloadAffinity;
  const keys = { affinity: affinity?.groupByLabelKey, antiAffinity: antiAffinity?.groupByLabelKey };
  return [
    ...Object.entries(keys).flatMap(([side, key]) =>
      faultIf(
        key !== undefined && !isQualifiedName(key),
        ['workloadAffinity', side, 'groupByLabelKey'],
        'must have the form of a label’s key',
      ),
    ),
    ...faultIf(
      keys.affinity !== undefined && keys.affinity === keys.antiAffinity,
      ['workloadAffinity', 'antiAffinity', 'groupByLabelKey'],
      'must not be the key of the affinity',
    ),
  ];
}
