import { isQualifiedName } from '#model/label-form.ts';
import type { ClusterAffinityTerm, Placement, SpreadConstraint } from '#model/policy.ts';
import type { ClusterAffinity } from '#model/selector.ts';
import { below, type RuleViolation, violationIf } from './rules.ts';

/**
 * Returns why Karmada's webhook would reject a placement.
 *
 * Source: Karmada v1.18, pkg/util/validation/validation.go.
 */
export function placementViolations(placement: Placement): readonly RuleViolation[] {
  const { clusterAffinity, clusterAffinities, spreadConstraints } = placement;
  return [
    ...violationIf(
      clusterAffinity !== undefined && clusterAffinities !== undefined,
      ['clusterAffinities'],
      'cannot be combined with clusterAffinity',
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

function termsFaults(
  terms: readonly ClusterAffinityTerm[],
  overflows: boolean,
): readonly RuleViolation[] {
  const names = terms.map(({ affinityName }) => affinityName);
  return terms.flatMap((term, index) => {
    const { affinityName, overflowAffinities } = term;
    const field = [index, 'affinityName'];
    return [
      ...nameFaults(affinityName, field),
      ...violationIf(
        names.indexOf(affinityName) < index,
        field,
        'is already the name of another term',
      ),
      ...violationIf(
        overflowAffinities !== undefined && !overflows,
        [index, 'overflowAffinities'],
        'requires replicas that are divided by dynamicWeight or Aggregated',
      ),
      ...below([index, 'overflowAffinities'], overflowFaults(term)),
    ];
  });
}

function overflowFaults(term: ClusterAffinityTerm): readonly RuleViolation[] {
  const { affinityName: own, overflowAffinities } = term;
  if (overflowAffinities === undefined) return [];
  const names = [own, ...overflowAffinities.map(({ affinityName }) => affinityName)];
  return [
    ...violationIf(isEmpty(term), [], 'requires a term that selects clusters itself'),
    ...overflowAffinities.flatMap(({ affinityName }, index) => [
      ...nameFaults(affinityName, [index, 'affinityName']),
      ...violationIf(
        names.indexOf(affinityName) <= index,
        [index, 'affinityName'],
        'is already the name of another affinity of the term',
      ),
    ]),
  ];
}

function nameFaults(name: string, path: RuleViolation['path']): readonly RuleViolation[] {
  return violationIf(!isQualifiedName(name), path, 'must be a valid label key');
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

function spreadFaults(constraints: readonly SpreadConstraint[]): readonly RuleViolation[] {
  const fields = constraints.map(({ spreadByField }) => spreadByField);
  const used = fields.filter((field) => field !== undefined);
  return [
    ...constraints.flatMap(({ spreadByField, spreadByLabel, minGroups, maxGroups = 0 }, index) => [
      ...violationIf(
        spreadByField !== undefined && Boolean(spreadByLabel),
        [index, 'spreadByLabel'],
        'cannot be combined with spreadByField',
      ),
      ...violationIf(
        maxGroups > 0 && maxGroups < minGroups,
        [index, 'maxGroups'],
        'must not be less than minGroups',
      ),
      ...violationIf(
        spreadByField !== undefined && fields.indexOf(spreadByField) < index,
        [index, 'spreadByField'],
        `repeats the constraint by ${spreadByField}`,
      ),
    ]),
    ...violationIf(
      used.length > 0 && !used.includes('cluster'),
      [],
      'must include a constraint by cluster',
    ),
  ];
}

function workloadAffinityFaults({ workloadAffinity }: Placement): readonly RuleViolation[] {
  if (workloadAffinity === undefined) return [];
  const { affinity, antiAffinity } = workloadAffinity;
  const keys = { affinity: affinity?.groupByLabelKey, antiAffinity: antiAffinity?.groupByLabelKey };
  return [
    ...Object.entries(keys).flatMap(([side, key]) =>
      violationIf(
        key !== undefined && !isQualifiedName(key),
        ['workloadAffinity', side, 'groupByLabelKey'],
        'must be a valid label key',
      ),
    ),
    ...violationIf(
      keys.affinity !== undefined && keys.affinity === keys.antiAffinity,
      ['workloadAffinity', 'antiAffinity', 'groupByLabelKey'],
      'must not be the key of the affinity',
    ),
  ];
}
