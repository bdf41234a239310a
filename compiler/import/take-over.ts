/**
 * Proposes what lets the syncer take over the objects that Karmada made in the members. For the syncer, they belong
 * to another manager, so that it refuses them with `conflictResolution: Abort`, the default.
 */
import { describeObject, gvkOf, type KubeObject, valueAt } from '#model/object.ts';

/** A field that an import changes or that it would change, for its output. */
export interface Proposal {
  readonly object: string;
  readonly text: string;
}

const annotation = 'work.karmada.io/conflict-resolution';

/** Returns an imported object with the proposal for it; the object itself if it needs none. */
export function proposeTakeOver(object: KubeObject): readonly [KubeObject, Proposal?] {
  const { group, kind } = gvkOf(object);
  const { annotations = {} } = object.metadata;
  const proposal = (text: string): Proposal => ({ object: describeObject(object), text });
  if (group === 'policy.karmada.io' && /PropagationPolicy$/.test(kind)) {
    if (valueAt(object, ['spec', 'conflictResolution']) === 'Overwrite') return [object];
    const spec = { ...(object.spec as object), conflictResolution: 'Overwrite' };
    return [{ ...object, spec }, proposal('conflictResolution: Overwrite')];
  }
  if (annotations[annotation] === 'abort') {
    return [object, proposal(`its ${annotation}: abort keeps the syncer from taking it over`)];
  }
  // Karmada propagates Namespaces without a policy.
  if (group !== '' || kind !== 'Namespace' || annotations[annotation] !== undefined) {
    return [object];
  }
  const noted = { ...annotations, [annotation]: 'overwrite' };
  const metadata = { ...object.metadata, annotations: noted };
  return [{ ...object, metadata }, proposal(`annotation ${annotation}: overwrite`)];
}
