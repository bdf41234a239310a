import type { KubeObject } from '#model/object.ts';
import type { CheckAnswer, FieldError } from '#model/object-check.ts';
import { resolveField } from './field-path.ts';
import { locateFault } from './locate.ts';

/**
 * The reasons of a refusal, each with its field. What follows from another reason is left out: that
 * further rules could not be checked, and that a default has the fault of the value it was copied from.
 */
export function fieldErrorsOf(answer: CheckAnswer, object: KubeObject): readonly FieldError[] {
  const errors = answer.errors.flatMap((error) => withField(error, object));
  const isThere = ({ field }: FieldError) => resolveField(field, object).isThere;
  const written = new Set(errors.filter(isThere).map(({ message }) => message));
  return errors.filter((error) => {
    const isConsequence = consequence.test(error.message) && errors.length > 1;
    return !isConsequence && (isThere(error) || !written.has(error.message));
  });
}

const consequence = /some validation rules were not checked because the object was invalid/;

/** What the field manager of an apply says of fields that do not fit the schema: a line for each. */
const typed = /^failed to create typed patch object \([^)]*\): (?:errors:\s*)?/;

/** How the API server begins when it cannot read the object as its kind. */
const conversion =
  /^failed to convert new object \([^)]*\) to proper version: (?:unable to convert unstructured object to [^:]*: )?/;

/** `.spec.containers[name="a: b"].image: field not declared in schema` */
const line = /^\s*(\.(?:"(?:[^"\\]|\\.)*"|[^:"])*): (.*)$/;

function withField(error: FieldError, object: KubeObject): readonly FieldError[] {
  if (error.field !== '') return [error];
  if (!typed.test(error.message)) {
    const message = error.message.replace(conversion, '');
    return [{ ...error, message, field: locateFault(message, object) }];
  }
  const lines = error.message.replace(typed, '').split('\n');
  return lines.map((text) => {
    const [, field = '', message = text] = line.exec(text) ?? [];
    return { ...error, field, message: message.trim() };
  });
}
