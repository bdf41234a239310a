import type { KubeObject } from '#model/object.ts';

const label = 'resourcetemplate.karmada.io/retain-replicas';

/** Reports whether Karmada's label on the object makes its cluster retain the live replicas. */
export function retainsReplicas({ metadata }: KubeObject): boolean {
  return metadata.labels?.[label] === 'true';
}

/**
 * Returns the desired object with the replicas of the live object, and with its resourceVersion, so that the
 * apply fails if the live object changes before it. If the manifest left the replicas out, the API server
 * would scale an object whose replicas only Regatta ever set to 1.
 */
export function retainLiveReplicas(desired: KubeObject, live: KubeObject | undefined): KubeObject {
  if (live === undefined || !retainsReplicas(desired)) return desired;
  const replicas = fieldsOf(live.spec).replicas;
  if (typeof replicas !== 'number') return desired;
  const { resourceVersion } = live.metadata;
  return {
    ...desired,
    metadata: { ...desired.metadata, resourceVersion },
    spec: { ...fieldsOf(desired.spec), replicas },
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
