import { type FieldMap, isFieldMap, type KubeObject } from '#model/object.ts';

/** Where kinds have the spec of their pods. */
const paths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** The pod spec of an object; undefined for what runs no pods. */
export function podSpecOf(object: KubeObject): FieldMap | undefined {
  const path = paths[object.kind] ?? ['spec', 'template', 'spec'];
  const spec = path.reduce<unknown>(
    (value, key) => (isFieldMap(value) ? value[key] : undefined),
    object,
  );
  return isFieldMap(spec) ? spec : undefined;
}

/** All containers of a pod spec, init containers among them. */
export function containersOf(spec: FieldMap): readonly FieldMap[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    listOf(spec[list]),
  );
}

/** Images by the names of their containers. */
export function imagesOf(object: KubeObject): ReadonlyMap<string, string> {
  const spec = podSpecOf(object);
  const containers = spec === undefined ? [] : containersOf(spec);
  return new Map(containers.map(({ name, image }) => [String(name), String(image)]));
}

/** The maps in a list. */
export function listOf(value: unknown): readonly FieldMap[] {
  return Array.isArray(value) ? value.filter(isFieldMap) : [];
}
