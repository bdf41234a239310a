import { byText, type ObjectKey } from '#model/object.ts';
import { depths, type Sequence } from '../desired/sequence.ts';

/**
 * Kinds that others need first, in the order they are applied; the rest comes in between. The first
 * two define what others are made of.
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

/** What decides when an object's turn comes. */
export interface Ordered {
  readonly key: ObjectKey;
  readonly sequence: Sequence;
}

const definitions = 2;

type Depths = ReadonlyMap<ObjectKey, number>;

/** How many others each of the items stands on, one upon the other; nothing is said of those on none. */
export function depthsOf(items: readonly Ordered[]): Depths {
  if (items.every(({ sequence }) => sequence.dependsOn.length === 0)) return new Map();
  return depths(new Map(items.map(({ key, sequence }) => [key, sequence])));
}

/**
 * Splits into stages that follow one another: definitions first, then by wave, by dependencies, by
 * kind; each stage in key order.
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
