import type { KubeObject, ObjectMeta } from '#model/object.ts';
import { without } from './without.ts';

/**
 * Labels by which Karmada's controllers track objects. A template from the export of a Karmada control plane
 * still has them.
 *
 * Source: Karmada v1.18, pkg/apis/{policy,work}/v1alpha*; pkg/util/constants.go.
 */
const labels = [
  'karmada.io/managed',
  'propagationpolicy.karmada.io/permanent-id',
  'clusterpropagationpolicy.karmada.io/permanent-id',
  'resourcebinding.karmada.io/permanent-id',
  'clusterresourcebinding.karmada.io/permanent-id',
  'work.karmada.io/permanent-id',
];

const annotations = [
  'propagationpolicy.karmada.io/namespace',
  'propagationpolicy.karmada.io/name',
  'clusterpropagationpolicy.karmada.io/name',
  'resourcebinding.karmada.io/namespace',
  'resourcebinding.karmada.io/name',
  'clusterresourcebinding.karmada.io/name',
  'work.karmada.io/namespace',
  'work.karmada.io/name',
  'resourcetemplate.karmada.io/uid',
  'resourcetemplate.karmada.io/generation',
  'resourcetemplate.karmada.io/managed-annotations',
  'resourcetemplate.karmada.io/managed-labels',
];

/** Removes the labels and annotations of Karmada's controllers, and then empty labels and annotations. */
export function withoutKarmadaMetadata(object: KubeObject): KubeObject {
  const unlabelled = labels.reduce((meta, key) => without(meta, 'labels', key), object.metadata);
  const bare = annotations.reduce((meta, key) => without(meta, 'annotations', key), unlabelled);
  return { ...object, metadata: withoutEmpty(withoutEmpty(bare, 'labels'), 'annotations') };
}

function withoutEmpty(metadata: ObjectMeta, field: 'labels' | 'annotations'): ObjectMeta {
  return Object.keys(metadata[field] ?? {}).length === 0 ? without(metadata, field) : metadata;
}
