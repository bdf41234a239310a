import { differences, formatSteps, type Step } from './difference.ts';
import { gvkOf, type KubeObject } from './object.ts';

/**
 * Fields that an API server refuses to change, so that the object has to be deleted and made anew:
 * as patterns of their paths, by kind. A list of `but` names what may change all the same.
 *
 * Source: validation of updates in Kubernetes' API server.
 */
const fixed: Readonly<Record<string, { readonly fields: RegExp; readonly but?: RegExp }>> = {
  'apps/Deployment': { fields: /^\.spec\.selector\b/ },
  'apps/ReplicaSet': { fields: /^\.spec\.selector\b/ },
  'apps/DaemonSet': { fields: /^\.spec\.selector\b/ },
  'apps/StatefulSet': {
    fields: /^\.spec\b/,
    but: /^\.spec\.(replicas|template|updateStrategy|minReadySeconds|ordinals|revisionHistoryLimit|persistentVolumeClaimRetentionPolicy)\b/,
  },
  'batch/Job': {
    fields:
      /^\.spec\.(selector|template|completions|completionMode|podFailurePolicy|backoffLimitPerIndex)\b/,
  },
  '/Service': { fields: /^\.spec\.(clusterIP|clusterIPs\b.*|ipFamilies\[0\])$/ },
  '/PersistentVolumeClaim': {
    fields: /^\.spec\b/,
    but: /^\.spec\.(resources|volumeAttributesClassName)\b/,
  },
  '/PersistentVolume': { fields: /^\.spec\.(csi|nfs|local|hostPath|volumeMode|nodeAffinity)\b/ },
  '/Secret': { fields: /^\.type$/ },
  'rbac.authorization.k8s.io/RoleBinding': { fields: /^\.roleRef\b/ },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { fields: /^\.roleRef\b/ },
  'storage.k8s.io/StorageClass': {
    fields: /^\.(provisioner|parameters|reclaimPolicy|volumeBindingMode)\b/,
  },
  'networking.k8s.io/IngressClass': { fields: /^\.spec\.controller$/ },
  'scheduling.k8s.io/PriorityClass': { fields: /^\.(value|preemptionPolicy)$/ },
  'apiextensions.k8s.io/CustomResourceDefinition': {
    fields: /^\.spec\.(scope|group|names\.(kind|plural))$/,
  },
};

/** The changes that an API server will refuse. */
export function immutableChanges(before: KubeObject, after: KubeObject): readonly string[] {
  const { group, kind } = gvkOf(after);
  const rule = fixed[`${group}/${kind}`];
  const isSealed = before.immutable === true && (kind === 'ConfigMap' || kind === 'Secret');
  const paths = differences(before, after).map(({ steps }) => pathOf(steps));
  const refused = paths.filter((path) => {
    if (isSealed && /^\.(data|binaryData|immutable)\b/.test(path)) return true;
    return rule?.fields.test(path) === true && rule.but?.test(path) !== true;
  });
  const [first] = refused;
  if (first === undefined) return [];
  const more = refused.length > 1 ? ` and ${refused.length - 1} more` : '';
  return [`${first}${more} cannot be changed: it has to be deleted and made anew`];
}

function pathOf(steps: readonly Step[]): string {
  return formatSteps(steps);
}
