import { type FieldMap, isFieldMap, type KubeObject } from '#model/object.ts';

/** Paths of the pod spec, by kind. */
const paths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Returns the pod spec of an object; undefined if its kind has no pods. */
export function podSpecOf(object: KubeObject): FieldMap | undefined {
  const path = paths[object.kind] ?? ['spec', 'template', 'spec'];
  const spec = path.reduce<unknown>(
    (value, key) => (isFieldMap(value) ? value[key] : undefined),
    object,
  );
  return isFieldMap(spec) ? spec : undefined;
}

/** Returns all containers of a pod spec, including init and ephemeral containers. */
export function containersOf(spec: FieldMap): readonly FieldMap[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    listOf(spec[list]),
  );
}

/** Returns images by container name. */
export function imagesOf(object: KubeObject): ReadonlyMap<string, string> {
  const spec = podSpecOf(object);
  const containers = spec === undefined ? [] : containersOf(spec);
  return new Map(containers.map(({ name, image }) => [String(name), String(image)]));
}

/** Returns the maps in a list. */
export function listOf(value: unknown): readonly FieldMap[] {
  return Array.isArray(value) ? value.filter(isFieldMap) : [];
}
