import * as v from 'valibot';
import { fieldName, pointerTo } from '#model/pointer.ts';
import type { Sourced } from '#model/source.ts';

/** A value from an object, or why the interpreter cannot read it. */
export type Interpreted<T> =
  | { readonly type: 'known'; readonly value: T }
  | {
      readonly type: 'failed';
      /** Completes "Deployment default/web: …". */
      readonly message: string;
      /** JSON pointer to the fault: in `script` if present, otherwise in the object. */
      readonly pointer: string;
      readonly script?: Sourced;
    };

export function known<T>(value: T): Interpreted<T> {
  return { type: 'known', value };
}

/** Checks an object against a schema whose messages complete "spec.replicas …". */
export function shaped<T>(
  schema: v.GenericSchema<unknown, T>,
  object: unknown,
  path: readonly string[] = [],
): Interpreted<T> {
  const result = v.safeParse(schema, object, { abortEarly: true });
  if (result.success) return known(result.output);
  const [issue] = result.issues;
  const fault = [...path, ...(issue.path ?? []).map(({ key }) => String(key))];
  return {
    type: 'failed',
    message: `${fieldName(fault)} ${issue.message}`,
    pointer: pointerTo(fault),
  };
}
