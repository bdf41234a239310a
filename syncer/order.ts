import { byText, gvkOf, type ObjectKey } from '#model/object.ts';

/** Kinds that others need first, in the order they are applied; the rest comes in between. */
const first = [
  'Namespace',
  'CustomResourceDefinition',
  'PriorityClass',
  'StorageClass',
  'ResourceQuota',
  'LimitRange',
  'NetworkPolicy',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Service',
];

/** Kinds that act on what the others are, so they come when those are there. */
const last = [
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Ingress',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
];

/** The place of a kind in the order of applying; lower goes first, equal ranks go together. */
function rankOf(key: ObjectKey): number {
  const kind = key.split('/')[1] ?? '';
  const early = first.indexOf(kind);
  if (early >= 0) return early;
  return first.length + 1 + last.indexOf(kind);
}

/** Whether other objects can't be applied before this one is established. */
export function isDefinition(object: {
  readonly apiVersion: string;
  readonly kind: string;
}): boolean {
  const { group, kind } = gvkOf(object);
  return (
    (kind === 'Namespace' && group === '') ||
    (kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io')
  );
}

/** Splits into stages of equal rank, lowest first, each in key order. */
export function stagesOf<T extends { readonly key: ObjectKey }>(
  items: readonly T[],
): readonly (readonly T[])[] {
  const byRank = Map.groupBy(items, ({ key }) => rankOf(key));
  return [...byRank]
    .toSorted(([a], [b]) => a - b)
    .map(([, stage]) => stage.toSorted((a, b) => byText(a.key, b.key)));
}
