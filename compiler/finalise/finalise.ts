import {
  type Binding,
  type ClusterObject,
  isPreserved,
  isSuspended,
  overwrites,
} from '#model/binding.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import { conflictAnnotation, preservedAnnotation, suspendedAnnotation } from '#model/rendered.ts';
import { withoutKarmadaMetadata } from './karmada-metadata.ts';
import { stripClusterFields } from './strip.ts';

/**
 * Prepares each object for its file: removes the fields that an API server sets and the labels and
 * annotations that Karmada's control plane sets, and adds the annotations by which the syncer learns
 * the policy's settings.
 */
export function finaliseObjects(
  objects: readonly ClusterObject[],
  profile: Profile,
): readonly ClusterObject[] {
  const finished = new Map<KubeObject, Map<boolean, KubeObject>>();
  return objects.map((entry) => {
    const { binding, cluster } = entry;
    const suspended = isSuspended(binding, cluster);
    const known = finished.get(entry.object) ?? new Map<boolean, KubeObject>();
    const object = known.get(suspended) ?? finalise(entry, suspended, profile);
    finished.set(entry.object, known.set(suspended, object));
    return { ...entry, object };
  });
}

function finalise(
  { object, binding }: ClusterObject,
  suspended: boolean,
  profile: Profile,
): KubeObject {
  const bare = withoutKarmadaMetadata(stripClusterFields(object, profile));
  const { annotations = {} } = bare.metadata;
  const added = {
    ...resolution(annotations, binding),
    ...(suspended ? { [suspendedAnnotation]: 'true' } : {}),
    ...(isPreserved(binding) ? { [preservedAnnotation]: 'true' } : {}),
  };
  if (Object.keys(added).length === 0) return bare;
  return { ...bare, metadata: { ...bare.metadata, annotations: { ...annotations, ...added } } };
}

/** Returns the annotation for the policy's `conflictResolution`, unless the author has annotated the object. */
function resolution(
  annotations: Readonly<Record<string, string>>,
  binding: Binding,
): Readonly<Record<string, string>> {
  const own = annotations[conflictAnnotation];
  if (own === 'abort' || own === 'overwrite') return {};
  return overwrites(binding) ? { [conflictAnnotation]: 'overwrite' } : {};
}
