import type { KubeObject } from '#model/object.ts';
import type { CheckAnswer, FieldError } from '#model/object-check.ts';
import { resolveField } from './field-path.ts';
import { locateFault } from './locate.ts';

/**
 * Returns the reasons of a rejection, each with its field. Omits consequences of another reason: rules that the
 * API server could not check, and defaults that it copied from a faulty value.
 */
export function fieldErrorsOf(answer: CheckAnswer, object: KubeObject): readonly FieldError[] {
  const errors = answer.errors.flatMap((error) => withField(error, object));
  const exists = ({ field }: FieldError) => resolveField(field, object).exists;
  const written = new Set(errors.filter(exists).map(({ message }) => message));
  return errors.filter((error) => {
    const isConsequence = consequence.test(error.message) && errors.length > 1;
    return !isConsequence && (exists(error) || !written.has(error.message));
  });
}

const consequence = /some validation rules were not checked because the object was invalid/;

/** Prefix of the field manager's message about fields that do not match the schema, one per line. */
const typed = /^failed to create typed patch object \([^)]*\): (?:errors:\s*)?/;

/** Prefix of the API server's message when it cannot convert the object to its kind. */
const conversion =
  /^failed to convert new object \([^)]*\) to proper version: (?:unable to convert unstructured object to [^:]*: )?/;

/** Matches a line of that message, such as `.spec.containers[name="a: b"].image: field not declared in schema`. */
const line = /^\s*(\.(?:"(?:[^"\\]|\\.)*"|[^:"])*): (.*)$/;

function withField(error: FieldError, object: KubeObject): readonly FieldError[] {
  if (error.field !== '') return [error];
  if (!isTypeError(error)) {
    const message = error.message.replace(conversion, '');
    return [{ ...error, message, field: locateFault(message, object) }];
  }
  return schemaFaultsIn(error).map((text) => {
    const [, field = '', message = text] = line.exec(text) ?? [];
    return { ...error, field, message: message.trim() };
  });
}

/** Reports whether an error is the field manager's message about fields that do not match the schema. */
export function isTypeError({ field, message }: FieldError): boolean {
  return field === '' && typed.test(message);
}

/** Returns the lines of such an error, each with a field and its fault; no lines for other errors. */
export function schemaFaultsIn(error: FieldError): readonly string[] {
  if (!isTypeError(error)) return [];
  const lines = error.message.replace(typed, '').split('\n');
  return lines.map((text) => text.trim());
}

/** Returns such an error with other lines. */
export function typeError(error: FieldError, lines: readonly string[]): FieldError {
  const [start = ''] = typed.exec(error.message) ?? [];
  const prefix = start.replace(/errors:\s*$/, '');
  const message = lines.length > 1 ? `errors:\n${lines.join('\n')}` : lines.join('');
  return { ...error, message: `${prefix}${message}` };
}
