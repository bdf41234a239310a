import { isFieldMap, type KubeObject } from '#model/object.ts';

/**
 * Returns an object with another number at `spec.<field>`; an object without the field is
 * unchanged.
 */
export function withCount(object: KubeObject, field: string, count: number): KubeObject {
  const { spec } = object;
  if (!isFieldMap(spec) || typeof spec[field] !== 'number' || spec[field] === count) return object;
  return { ...object, spec: { ...spec, [field]: count } };
}
