import * as v from 'valibot';
import { fieldName, pointerTo } from '#model/pointer.ts';
import type { Sourced } from '#model/source.ts';

/** What an object says of itself, or why that cannot be told. */
export type Interpreted<T> =
  | { readonly type: 'known'; readonly value: T }
  | {
      readonly type: 'failed';
      /** Completes "Deployment default/web: …". */
      readonly message: string;
      /** JSON pointer to the fault: in `script` when that is given, else in the object. */
      readonly pointer: string;
      readonly script?: Sourced;
    };

export function known<T>(value: T): Interpreted<T> {
  return { type: 'known', value };
}

/** An object in the shape of a schema whose messages complete "spec.replicas …". */
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
