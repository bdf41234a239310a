/**
 * Warnings where the profile regatta differs from Karmada, for authors who use the same policies in
 * both.
 */
import type { Selection } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import { obeysSpread } from './spread.ts';

/** Warns of assumptions about policies, the templates that they select, and clusters. */
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
      hint: 'set maxGroups: without it Karmada selects no cluster',
    });
  }
}

/** Fields for which the API server sets the default 1. */
const countFields: Readonly<Record<string, string>> = {
  'apps/v1/Deployment': 'replicas',
  'apps/v1/ReplicaSet': 'replicas',
  'apps/v1/StatefulSet': 'replicas',
  'batch/v1/Job': 'parallelism',
};

/** A template without a number of replicas has one, which is rarely worth dividing. */
function reportOneReplica({ template, policy }: Selection, report: Report): void {
  const { replicaScheduling } = policy?.object.spec.placement ?? {};
  if (replicaScheduling?.replicaSchedulingType !== 'Divided') return;
  const { object, at } = template;
  const field = countFields[`${object.apiVersion}/${object.kind}`];
  if (field === undefined || isGiven(object, field)) return;
  report({
    code: 'place/one-replica',
    severity: 'warning',
    message: `${describeObject(object)} does not set spec.${field}: the API server's default of 1 is divided`,
    at: at('/spec'),
    hint: `set spec.${field}`,
  });
}

function isGiven({ spec }: KubeObject, field: string): boolean {
  return typeof spec === 'object' && spec !== null && Object.hasOwn(spec, field);
}

/**
 * Git rarely has the status of clusters, so the warning needs at least one cluster with a status.
 */
function reportUnknownApis(clusters: readonly Sourced<Cluster>[], report: Report): void {
  const unknown = clusters.filter(({ object }) => object.status?.apiEnablements === undefined);
  if (unknown.length === clusters.length) return;
  for (const { object, at } of unknown) {
    report({
      code: 'place/apis-not-known',
      severity: 'warning',
      message: `${describeObject(object)} has no status.apiEnablements, unlike other clusters: it is assumed to serve every API`,
      at: at(''),
      hint: 'set status.apiEnablements: without it Karmada sends nothing to this cluster',
    });
  }
}
