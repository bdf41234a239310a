import type { Binding, ClusterObject } from '#model/binding.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/profile.ts';
import { withoutBookkeeping } from './bookkeeping.ts';
import { prune } from './prune.ts';

/**
 * Does what must come last, once: leaves out what a cluster decides for itself and what only
 * Karmada needs, and writes what the syncer has to know of the policy into annotations.
 */
export function finaliseObjects(
  objects: readonly ClusterObject[],
  profile: Profile,
): readonly ClusterObject[] {
  const finished = new Map<KubeObject, KubeObject>();
  return objects.map((entry) => {
    const known = finished.get(entry.object);
    const object = known ?? finalise(entry.object, entry.binding, profile);
    finished.set(entry.object, object);
    return { ...entry, object };
  });
}

function finalise(object: KubeObject, binding: Binding, profile: Profile): KubeObject {
  return withResolution(withoutBookkeeping(prune(object, profile)), binding);
}

const resolution = 'work.karmada.io/conflict-resolution';

/** An object may say for itself what becomes of an existing one; else its policy does. */
function withResolution(object: KubeObject, { policy }: Binding): KubeObject {
  const { annotations = {} } = object.metadata;
  const own = annotations[resolution];
  if (own === 'abort' || own === 'overwrite') return object;
  if (policy?.object.spec.conflictResolution !== 'Overwrite') return object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [resolution]: 'overwrite' } },
  };
}
