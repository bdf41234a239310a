import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';
import type { Interpreted } from './interpreted.ts';

/** An object that the compiler cannot interpret, so that one cluster or all clusters do not get it. */
export interface Uninterpreted {
  readonly template: Sourced;
  readonly message: string;
}

/** Reports a failure at its position: in the object, or in the script that reads it. */
export function reportFailure(
  template: Sourced,
  { message, pointer, script }: Extract<Interpreted<never>, { type: 'failed' }>,
  report: Report,
): Uninterpreted {
  report({
    code: 'interpret/failed',
    severity: 'error',
    message: `${describeObject(template.object)}: ${message}`,
    at: (script ?? template).at(pointer),
  });
  return { template, message };
}
