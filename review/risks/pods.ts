import type { KubeObject } from '#model/object.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Where kinds have the spec of their pods. */
const paths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** The pod spec of an object; undefined for what runs no pods. */
export function podSpecOf(object: KubeObject): Fields | undefined {
  const path = paths[object.kind] ?? ['spec', 'template', 'spec'];
  const spec = path.reduce<unknown>(
    (value, key) => (isFields(value) ? value[key] : undefined),
    object,
  );
  return isFields(spec) ? spec : undefined;
}

/** All containers of a pod spec, init containers among them. */
export function containersOf(spec: Fields): readonly Fields[] {
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
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
