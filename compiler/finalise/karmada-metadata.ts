import { trackingAnnotations, trackingLabels } from '#model/karmada-metadata.ts';
import type { KubeObject, ObjectMeta } from '#model/object.ts';
import { without } from './without.ts';

/** Removes the labels and annotations of Karmada's controllers, and then empty labels and annotations. */
export function withoutKarmadaMetadata(object: KubeObject): KubeObject {
  const unlabelled = trackingLabels.reduce(
    (meta, key) => without(meta, 'labels', key),
    object.metadata,
  );
  const bare = trackingAnnotations.reduce(
    (meta, key) => without(meta, 'annotations', key),
    unlabelled,
  );
  return { ...object, metadata: withoutEmpty(withoutEmpty(bare, 'labels'), 'annotations') };
}

function withoutEmpty(metadata: ObjectMeta, field: 'labels' | 'annotations'): ObjectMeta {
  return Object.keys(metadata[field] ?? {}).length === 0 ? without(metadata, field) : metadata;
}
