import { isFieldMap, type KubeObject } from '#model/object.ts';
import { podReferencePaths, referencedKinds } from '#model/pod-references.ts';
import { type Place, placesAt } from './places.ts';

/** The paths of the pod templates in Kubernetes' kinds. */
const templatePaths: Readonly<Record<string, string>> = {
  'v1/Pod': '',
  'v1/ReplicationController': 'spec/template',
  'apps/v1/DaemonSet': 'spec/template',
  'apps/v1/Deployment': 'spec/template',
  'apps/v1/ReplicaSet': 'spec/template',
  'apps/v1/StatefulSet': 'spec/template',
  'batch/v1/Job': 'spec/template',
  'batch/v1/CronJob': 'spec/jobTemplate/spec/template',
};

/** Returns the pod, or the pod template, of an object; undefined for kinds without pods. */
export function podTemplateOf(object: KubeObject): Place | undefined {
  const pattern = templatePaths[`${object.apiVersion}/${object.kind}`];
  if (pattern === undefined) return undefined;
  return placesAt(object, pattern).find(({ value }) => isFieldMap(value));
}

/** A reference of a pod to an object of its namespace. */
export interface PodReference {
  readonly kind: string;
  readonly name: string;
  /** Path in the object. */
  readonly path: readonly string[];
}

/** Returns the objects without which the pods of an object do not start. */
export function neededByPods(object: KubeObject): readonly PodReference[] {
  const template = podTemplateOf(object);
  if (template === undefined) return [];
  const own = new Set(
    placesAt(object, 'spec/volumeClaimTemplates/*/metadata/name').map(({ value }) => value),
  );
  return referencedKinds.flatMap(([field, kind]) =>
    (podReferencePaths[field] ?? []).flatMap((pattern) =>
      placesAt(template.value, pattern).flatMap(({ path, value, parent }) => {
        if (typeof value !== 'string' || value === '' || isOptional(parent)) return [];
        if (kind === 'PersistentVolumeClaim' && own.has(value)) return [];
        return [{ kind, name: value, path: [...template.path, ...path] }];
      }),
    ),
  );
}

function isOptional(reference: unknown): boolean {
  return isFieldMap(reference) && reference['optional'] === true;
}
