import { listClusters } from '#model/cluster-names.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject, valueAt } from '#model/object.ts';
import { fieldName, pathOf } from '#model/pointer.ts';
import type { Sourced } from '#model/source.ts';
import type { Interpreted } from './interpreted.ts';

/** An object that the compiler cannot interpret, so that one cluster or all clusters do not get it. */
export interface Uninterpreted {
  readonly template: Sourced;
  readonly message: string;
}

type Failed = Extract<Interpreted<never>, { type: 'failed' }>;

/**
 * Reports the first failure among the forms of a template, if there is one, with the clusters unless all forms have it.
 *
 * @param reads - the result for each form, in the order of `formsOf`
 */
export function reportFailedForm(
  template: Sourced,
  reads: readonly Interpreted<unknown>[],
  report: Report,
): Uninterpreted | undefined {
  const failure = reads.find((read): read is Failed => read.type === 'failed');
  if (failure === undefined) return undefined;
  const isSame = (read: Interpreted<unknown> | undefined) =>
    read?.type === 'failed' && read.message === failure.message;
  const { variants = [] } = template;
  const clusters = variants.flatMap((form, index) => (isSame(reads[index]) ? form.clusters : []));
  const on = reads.every(isSame) ? '' : ` (on ${listClusters(clusters)})`;
  return reportFailure(template, { ...failure, message: `${failure.message}${on}` }, report);
}

/** Reports a failure at its position: in the object, or in the script that reads it. */
export function reportFailure(
  template: Sourced,
  { message, pointer, script }: Failed,
  report: Report,
): Uninterpreted {
  report({
    code: 'interpret/failed',
    severity: 'error',
    message: `${describeObject(template.object)}: ${message}`,
    at: (script ?? template).at(pointer),
    hint: script === undefined ? cureOf(template, pointer) : scriptCure(script),
  });
  return { template, message };
}

function scriptCure(script: Sourced): string {
  return `correct the script in ${describeObject(script.object)}`;
}

function cureOf({ object }: Sourced, pointer: string): string {
  const field = pointer === '' ? 'the object' : fieldName(pathOf(pointer));
  const value = valueAt(object, pathOf(pointer));
  const isQuoted = typeof value === 'string' && /^\d+$/.test(value);
  return isQuoted ? `remove the quotes from ${field}` : `correct ${field} in the template`;
}
