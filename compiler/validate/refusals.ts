import { describeObject, type KubeObject } from '#model/object.ts';
import type { CheckAnswer, FieldError } from '#model/object-check.ts';
import { pathOf } from '#model/pointer.ts';
import type { PlannedCheck } from './check-plan.ts';
import { fieldErrorsOf } from './field-errors.ts';
import type { FieldNames } from './field-names.ts';
import { resolveField, resolveLast } from './field-path.ts';
import type { Finding } from './findings.ts';
import { withoutSecrets } from './secret-values.ts';

/** A finding without its clusters. */
export type Found = Omit<Finding, 'on'>;

/** Returns why the API server would reject a new object, in its own words. */
export function refusals(
  { object, definition }: Pick<PlannedCheck, 'object' | 'definition'>,
  answer: CheckAnswer,
  names: FieldNames,
): readonly Found[] {
  return fieldErrorsOf(answer, object).map((error) => {
    const field = writtenField(error.field, object);
    const pointer = pointerTo({ ...error, field }, object);
    const place = { severity: 'error' as const, pointer, message: complaint(object, error) };
    if (isUnknownField(error)) {
      const hint = names.hint(pathOf(pointer), object, definition);
      return { ...place, code: 'validate/unknown-field', hint };
    }
    const hint = hintFor(error, valueAt(object, pointer));
    return {
      ...place,
      ...codeOf({ ...error, field }, answer),
      ...(hint !== undefined && { hint }),
    };
  });
}

/** Returns the API server's warnings about a new object. */
export function warnings(
  { object }: Pick<PlannedCheck, 'object'>,
  answer: CheckAnswer,
): readonly Found[] {
  return answer.warnings.map(({ field = '', message }) => ({
    code: 'validate/api-warning',
    severity: 'warning',
    pointer: resolveField(field, object).pointer,
    message: complaint(object, { field, message }),
  }));
}

/** Formats an error: `Service shop/web: spec.ports[0].port: Invalid value: 70000: must be …`. Values of Secrets are hidden. */
function complaint(object: KubeObject, error: Pick<FieldError, 'field' | 'message'>): string {
  return `${describeObject(object)}: ${wordsOf(error, object)}`;
}

/** Formats the API server's message about a field. Values of Secrets are hidden. */
export function wordsOf(
  { field, message }: Pick<FieldError, 'field' | 'message'>,
  object: KubeObject,
): string {
  // The API server prints a structure of its own where it means a value.
  const plain = message.replace(/&value\.valueUnstructured\{Value:(.*)\}/, '$1');
  const words = field === '' ? plain : `${field}: ${plain}`;
  return withoutSecrets(words, object);
}

/**
 * Returns a field path as the author wrote it. The API server moves what all versions of a CustomResourceDefinition have
 * from the versions to `spec`, and names it there.
 */
function writtenField(field: string, object: KubeObject): string {
  const [moved, name = ''] = movedField.exec(field) ?? [];
  if (moved === undefined || object.kind !== 'CustomResourceDefinition') return field;
  if (resolveField(moved, object).exists) return field;
  const written = name === 'validation' ? 'schema' : name;
  return `spec.versions[0].${written}${field.slice(moved.length)}`;
}

const movedField = /^spec\.(validation|subresources|additionalPrinterColumns|selectableFields)\b/;

/** Returns the pointer to the value of an error; for duplicates, to the last one. */
function pointerTo({ field, message }: FieldError, object: KubeObject): string {
  const [, key] = /^duplicate entries for key (\[.*\])$/.exec(message) ?? [];
  if (key !== undefined) return resolveLast(`${field}${key}`, object).pointer;
  return resolveField(field, object).pointer;
}

function isUnknownField({ message }: FieldError): boolean {
  return /^unknown field|field not declared in schema/.test(message);
}

function codeOf(
  { field, type, message }: FieldError,
  { reason }: CheckAnswer,
): Pick<Found, 'code' | 'hint'> {
  if (reason === 'Forbidden' || /denied request|violates PodSecurity/.test(message)) {
    return { code: 'validate/denied', hint: deniedCure(message) };
  }
  if (type === 'FieldValueRequired') {
    return { code: 'validate/missing-field', hint: `add ${field === '' ? 'the field' : field}` };
  }
  if (type === 'FieldValueDuplicate' || /^duplicate/.test(message)) {
    return { code: 'validate/duplicate-item', hint: 'keep one of the items, or change its key' };
  }
  return { code: 'validate/invalid-value' };
}

function deniedCure(message: string): string {
  return /PodSecurity/.test(message)
    ? 'change the fields that the message names, or the label pod-security.kubernetes.io/enforce of the Namespace'
    : 'change the object as the message says, or change the policy that it names';
}

/** Returns a hint for a scalar of the wrong type. YAML reads `1` as a number and `no` as a boolean. */
function hintFor({ message }: FieldError, value: unknown): string | undefined {
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  if (isScalar && /expected string|of type string/.test(message)) return 'put it in quotes';
  const isQuoted = typeof value === 'string' && /^(true|false|-?\d+(\.\d+)?)$/.test(value);
  const isExpected = /expected (numeric|boolean)|of type (integer|number|boolean)/.test(message);
  if (isQuoted && isExpected) return 'remove the quotes';
  if (/illegal base64 data/.test(message)) {
    return 'use stringData for plain text, or encode the value in base64';
  }
  return undefined;
}

function valueAt(object: KubeObject, pointer: string): unknown {
  return pathOf(pointer).reduce<unknown>((value, key) => Object(value)[key], object);
}
