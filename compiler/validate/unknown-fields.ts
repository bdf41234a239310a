import { digestOf } from '#model/files.ts';
import type { CheckAnswer, FieldError, ObjectCheck } from '#model/object-check.ts';
import { pathOf } from '#model/pointer.ts';
import { fieldErrorsOf, isTypeError, schemaFaultsIn, typeError } from './field-errors.ts';
import { resolveField } from './field-path.ts';

/**
 * Returns the check of the same object without the fields that the schema does not declare; undefined if
 * the answer reports no such field. The API server visits the fields of a map in random order and
 * stops at the first unknown field, so an answer may lack the other faults of the map.
 */
export function withoutUnknownFields(
  check: ObjectCheck,
  answer: CheckAnswer,
): ObjectCheck | undefined {
  const pointers = fieldErrorsOf(answer, check.object)
    .filter(({ message }) => message === 'field not declared in schema')
    .map(({ field }) => resolveField(field, check.object))
    .flatMap(({ exists, pointer }) => (exists ? [pointer] : []));
  if (pointers.length === 0) return undefined;
  const object = structuredClone(check.object);
  for (const pointer of pointers) remove(object, pathOf(pointer));
  return { ...check, id: digestOf(JSON.stringify([check.id, pointers])), object };
}

function remove(object: object, path: readonly string[]): void {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[key], object);
  delete (parent as Record<string, unknown>)[path.at(-1) ?? ''];
}

/**
 * Adds the schema faults of a later answer, about an object without unknown fields. Ignores its other errors,
 * which can be consequences of the missing field.
 */
export function withLaterFaults(answer: CheckAnswer, later: CheckAnswer): CheckAnswer {
  const faults = [answer, later].flatMap(({ errors }) => errors.flatMap(schemaFaultsIn));
  const merge = (error: FieldError): FieldError =>
    isTypeError(error) ? typeError(error, [...new Set(faults)].sort()) : error;
  return { ...answer, errors: answer.errors.map(merge) };
}
