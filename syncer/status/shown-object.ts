import type { KubeObject } from '#model/object.ts';
import { contentOf } from '../observe/drift.ts';
import { partOfLabel } from '../ownership/applyset.ts';

/**
 * Returns the object without the fields of the API server and of the syncer. An object whose values Git
 * seals keeps the mark of SOPS, so that a review hides them.
 */
export function shown(object: KubeObject, isSecret = false): KubeObject {
  const { metadata, ...content } = contentOf(object) as unknown as KubeObject;
  const { [partOfLabel]: _, ...labels } = metadata.labels ?? {};
  const { labels: __, ...others } = metadata;
  return {
    ...content,
    metadata: { ...others, ...(Object.keys(labels).length > 0 && { labels }) },
    ...(isSecret && { sops: {} }),
  };
}
