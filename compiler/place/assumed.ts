/**
 * What the profile regatta assumes where Karmada would do something else: told, so that nobody who
 * moves policies between the two is surprised.
 */
import type { Selection } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import { obeysSpread } from './spread.ts';

/** Warns of what is assumed of policies, of the templates that they select, and of clusters. */
export function reportAssumed(
  selections: readonly Selection[],
  clusters: readonly Sourced<Cluster>[],
  report: Report,
): void {
  for (const policy of new Set(selections.flatMap(({ policy }) => policy ?? []))) {
    reportNoUpperLimit(policy, report);
  }
  for (const selection of selections) reportOneReplica(selection, report);
  reportUnknownApis(clusters, report);
}

function reportNoUpperLimit({ object, at }: Sourced<PropagationPolicy>, report: Report): void {
  const { placement } = object.spec;
  if (!obeysSpread(placement)) return;
  for (const [index, { spreadByField, maxGroups }] of placement.spreadConstraints.entries()) {
    if (maxGroups || (spreadByField !== 'cluster' && spreadByField !== 'region')) continue;
    report({
      code: 'place/no-upper-limit',
      severity: 'warning',
      message: `${describeObject(object)} spreads by ${spreadByField} without maxGroups: there is no upper limit`,
      at: at(`/spec/placement/spreadConstraints/${index}`),
      hint: 'give maxGroups: without it Karmada would select no cluster',
    });
  }
}

/** Fields that an API server fills in with 1. */
const countFields: Readonly<Record<string, string>> = {
  'apps/v1/Deployment': 'replicas',
  'apps/v1/ReplicaSet': 'replicas',
  'apps/v1/StatefulSet': 'replicas',
  'batch/v1/Job': 'parallelism',
};

/** One replica for all clusters together is seldom what somebody who divides has in mind. */
function reportOneReplica({ template, policy }: Selection, report: Report): void {
  const { replicaScheduling } = policy?.object.spec.placement ?? {};
  if (replicaScheduling?.replicaSchedulingType !== 'Divided') return;
  const { object, at } = template;
  const field = countFields[`${object.apiVersion}/${object.kind}`];
  if (field === undefined || isGiven(object, field)) return;
  report({
    code: 'place/one-replica',
    severity: 'warning',
    message: `${describeObject(object)} does not say spec.${field}: the 1 that API servers fill in is divided`,
    at: at('/spec'),
    hint: `give spec.${field}`,
  });
}

function isGiven({ spec }: KubeObject, field: string): boolean {
  return typeof spec === 'object' && spec !== null && Object.hasOwn(spec, field);
}

/** Git rarely holds a status, so nothing is said where no cluster has one. */
function reportUnknownApis(clusters: readonly Sourced<Cluster>[], report: Report): void {
  const unknown = clusters.filter(({ object }) => object.status?.apiEnablements === undefined);
  if (unknown.length === clusters.length) return;
  for (const { object, at } of unknown) {
    report({
      code: 'place/apis-not-known',
      severity: 'warning',
      message: `${describeObject(object)} does not tell its APIs, as others do: it is taken to serve all`,
      at: at(''),
      hint: 'give status.apiEnablements: without it Karmada would send nothing there',
    });
  }
}
