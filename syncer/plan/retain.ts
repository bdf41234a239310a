import type { KubeObject } from '#model/object.ts';

const label = 'resourcetemplate.karmada.io/retain-replicas';

/** Whether a cluster keeps the number of replicas that it has: Karmada's label on the object says so. */
export function retainsReplicas({ metadata }: KubeObject): boolean {
  return metadata.labels?.[label] === 'true';
}

/**
 * What Git wants, but with the number of replicas that an autoscaler has given the live object, to
 * be applied only while that is as it was read. Leaving the number out instead would set it to 1
 * where nobody but us has ever set it.
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
