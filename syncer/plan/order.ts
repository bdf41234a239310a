import { byText, type ObjectKey } from '#model/object.ts';
import { depths, type Sequence } from '../desired/sequence.ts';

/**
 * Kinds that the syncer applies first, in this order, because other objects need them. The first two are
 * definitions. Kinds in neither list follow them.
 */
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

/** Kinds that act on other objects. The syncer applies them after those objects. */
const last = [
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Ingress',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
];

/** Returns the rank of a kind in the apply order. Lower ranks come first, equal ranks together. */
function rankOf(key: ObjectKey): number {
  const kind = key.split('/')[1] ?? '';
  const early = first.indexOf(kind);
  if (early >= 0) return early;
  return first.length + 1 + last.indexOf(kind);
}

/** What determines the position of an object in the order. */
export interface Ordered {
  readonly key: ObjectKey;
  readonly sequence: Sequence;
}

const definitions = 2;

type Depths = ReadonlyMap<ObjectKey, number>;

/** Returns the length of the longest chain of dependencies below each item. Items without dependencies may be absent. */
export function depthsOf(items: readonly Ordered[]): Depths {
  if (items.every(({ sequence }) => sequence.dependsOn.length === 0)) return new Map();
  return depths(new Map(items.map(({ key, sequence }) => [key, sequence])));
}

/**
 * Divides items into consecutive stages: definitions first, then by wave, by dependencies and by kind.
 * Each stage is in key order.
 */
export function stagesOf<T extends Ordered>(
  items: readonly T[],
  depthOf: Depths = depthsOf(items),
): readonly (readonly T[])[] {
  const place = ({ key, sequence }: T) => {
    const rank = rankOf(key);
    const wave = rank < definitions ? Number.NEGATIVE_INFINITY : sequence.wave;
    return [wave, depthOf.get(key) ?? 0, rank] as const;
  };
  const stages = new Map<string, { place: ReturnType<typeof place>; items: T[] }>();
  for (const item of items) {
    const at = place(item);
    const stage = stages.get(at.join()) ?? { place: at, items: [] };
    stage.items.push(item);
    stages.set(at.join(), stage);
  }
  return [...stages.values()]
    .toSorted((a, b) => compare(a.place, b.place))
    .map(({ items }) => items.toSorted((a, b) => byText(a.key, b.key)));
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 || (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1;
}
