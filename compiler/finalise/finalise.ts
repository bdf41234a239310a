import type { Binding, ClusterObject } from '#model/binding.ts';
import type { KubeObject } from '#model/object.ts';

/**
 * Does what must come last, once: leaves out what a cluster decides for itself, and writes what the
 * syncer has to know of the policy into annotations.
 */
export function finaliseObjects(objects: readonly ClusterObject[]): readonly ClusterObject[] {
  const finished = new Map<KubeObject, KubeObject>();
  return objects.map((entry) => {
    const object = finished.get(entry.object) ?? withResolution(prune(entry.object), entry.binding);
    finished.set(entry.object, object);
    return { ...entry, object };
  });
}

/** Source: Karmada v1.18, pkg/resourceinterpreter/default/native/prune/prune.go. */
const decidedByCluster: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
  'ownerReferences',
  'finalizers',
]);

function prune({ status: _status, ...object }: KubeObject): KubeObject {
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(
      ([field, value]) => !decidedByCluster.has(field) && !isEmptyMap(field, value),
    ),
  );
  return { ...object, metadata } as unknown as KubeObject;
}

/** Karmada's control plane keeps empty ones on what a policy has claimed. */
function isEmptyMap(field: string, value: unknown): boolean {
  const isMap = field === 'labels' || field === 'annotations';
  return isMap && Object.keys(value ?? {}).length === 0;
}

/** An object may say for itself what becomes of an existing one; else its policy does. */
function withResolution(object: KubeObject, { policy }: Binding): KubeObject {
  const annotation = 'work.karmada.io/conflict-resolution';
  const { annotations = {} } = object.metadata;
  const own = annotations[annotation];
  if (own === 'abort' || own === 'overwrite') return object;
  if (policy?.object.spec.conflictResolution !== 'Overwrite') return object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [annotation]: 'overwrite' } },
  };
}
