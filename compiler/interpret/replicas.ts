import type { Selection } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { isWorkload } from '#model/replica-requirements.ts';
import { reportFailure, type Uninterpreted } from './failure.ts';
import type { Interpreter } from './interpreter.ts';

export interface CountedSelections {
  readonly selections: readonly Selection[];
  /** Those that wait, as Karmada has it: whether and where they go cannot be told. */
  readonly failed: readonly Uninterpreted[];
}

/** Finds out how many replicas the templates ask for, and what each of these needs. */
export function interpretReplicas(
  selections: readonly Selection[],
  interpreter: Interpreter,
  report: Report,
): CountedSelections {
  const failed: Uninterpreted[] = [];
  const counted = selections.flatMap((selection): readonly Selection[] => {
    const { template, policy } = selection;
    if (policy === undefined) return [selection];
    const read = interpreter.replicas(template.object);
    if (read.type === 'failed') {
      failed.push(reportFailure(template, read, report));
      return [];
    }
    const { components } = read.value;
    if (components !== undefined) return [{ ...selection, components }];
    return [isWorkload(read.value) ? { ...selection, ...read.value } : selection];
  });
  return { selections: counted, failed };
}
