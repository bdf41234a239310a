import type { ClusterObject } from '#model/binding.ts';
import { nearestWord } from '#model/nearest.ts';
import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import type { Findings } from './findings.ts';
import { isEnabled, lifetimeOf } from './served.ts';
import type { Validation } from './validation.ts';

/** Reports objects whose kind is not defined on their cluster. */
export function reportUndefined(validation: Validation, findings: Findings): void {
  const builtin = Object.keys(validation.known.kubernetes.kinds);
  const groups = new Set(builtin.map((kind) => kind.slice(0, kind.indexOf('/'))));
  const custom = new Map<string, ClusterObject[]>();
  for (const [object, on] of validation.distinct) {
    const { group, kind } = gvkOf(object);
    if (validation.kinds.isBuiltin(object)) continue;
    if (lifetimeOf(object) !== undefined) continue;
    const missing = undefinedOn(object, on, validation);
    if (missing.length === 0) continue;
    if (groups.has(group)) reportUnknown(object, { on: missing, builtin }, findings);
    else custom.set(`${group}/${kind}`, [...(custom.get(`${group}/${kind}`) ?? []), ...missing]);
  }
  for (const on of custom.values()) reportMissingDefinition(on, findings);
}

/** Returns the clusters on which neither the repository nor the cluster's status defines the kind. */
function undefinedOn(
  object: KubeObject,
  on: readonly ClusterObject[],
  { decisions, kinds }: Validation,
): readonly ClusterObject[] {
  const clusters = new Map(
    decisions.repository.clusters.map((cluster) => [cluster.object.metadata.name, cluster.object]),
  );
  const isWellKnown = kinds.isWellKnown(object);
  return on.filter((rendered) => {
    const cluster = clusters.get(rendered.cluster);
    if (cluster === undefined || kinds.repository.reaches(object, rendered.cluster)) return false;
    // Assume that a well-known kind exists, unless the cluster's status lists its APIs.
    const isSilent = cluster.status?.apiEnablements === undefined;
    return isSilent ? !isWellKnown : !isEnabled(cluster, object);
  });
}

function reportUnknown(
  object: KubeObject,
  { on, builtin }: { readonly on: readonly ClusterObject[]; readonly builtin: readonly string[] },
  findings: Findings,
): void {
  const { group, version, kind } = gvkOf(object);
  const others = builtin.filter(
    (name) => name.startsWith(`${group}/`) && name.endsWith(`/${kind}`),
  );
  const inGroup = builtin.filter((name) => name.startsWith(`${group}/${version}/`)).map(kindIn);
  const served = others[0] ?? builtin.find((name) => kindIn(name) === kind);
  const elsewhere = served && apiVersionIn(served);
  const word = elsewhere ?? nearestWord(kind, inGroup.length > 0 ? inGroup : builtin.map(kindIn));
  findings.add({
    code: 'validate/unknown-kind',
    // Another release of Kubernetes may serve the version.
    severity: others.length > 0 ? 'warning' : 'error',
    message: `${describeObject(object)}: ${object.apiVersion} has no kind ${kind}`,
    pointer: elsewhere === undefined ? '/kind' : '/apiVersion',
    hint: word === undefined ? 'correct apiVersion and kind' : `did you mean ${word}?`,
    on,
  });
}

/** Returns the API version in a name such as `apps/v1/Deployment`, or `/v1/Pod` in the core group. */
function apiVersionIn(name: string): string {
  return name.replace(/\/[^/]*$/, '').replace(/^\//, '');
}

function kindIn(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Reports a kind without a definition once, at its first object. */
function reportMissingDefinition(on: readonly ClusterObject[], findings: Findings): void {
  const [first] = on;
  if (first === undefined) return;
  const { object } = first;
  const { group, kind } = gvkOf(object);
  const names = new Set(on.map((rendered) => describeObject(rendered.object)));
  const more = names.size > 1 ? ` and ${names.size - 1} more` : '';
  findings.add({
    code: 'validate/no-definition',
    severity: 'warning',
    message: `${describeObject(object)}${more}: no CustomResourceDefinition defines kind ${kind} in group ${group}`,
    pointer: '/kind',
    hint: 'place its CustomResourceDefinition on the cluster, or add the kind to status.apiEnablements of the cluster',
    on,
  });
}
