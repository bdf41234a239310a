import { isFieldMap, type KubeObject } from '#model/object.ts';

/** An object with another number at `spec.<field>`; one that leaves the field out stays as it is. */
export function withCount(object: KubeObject, field: string, count: number): KubeObject {
  const { spec } = object;
  if (!isFieldMap(spec) || typeof spec[field] !== 'number' || spec[field] === count) return object;
  return { ...object, spec: { ...spec, [field]: count } };
}
