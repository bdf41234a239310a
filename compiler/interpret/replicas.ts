import type { Selection } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import { isWorkload, type Replicas } from '#model/replica-requirements.ts';
import { formsOf } from '#model/source.ts';
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
    const reads = formsOf(template).map((form) => interpreter.replicas(form));
    const read = reads.find(({ type }) => type === 'failed') ?? reads[0];
    if (read?.type === 'failed') {
      failed.push(reportFailure(template, read, report));
      return [];
    }
    if (read === undefined) return [];
    const { components } = read.value;
    if (components !== undefined) return [{ ...selection, components }];
    if (!isWorkload(read.value)) return [selection];
    const values = reads.flatMap((each) => (each.type === 'known' ? [each.value] : []));
    return [{ ...selection, ...read.value, ...variantReplicas(selection, values, report) }];
  });
  return { selections: counted, failed };
}

/**
 * What each variant of a template asks for. What is divided is one number of equal replicas, so that
 * variants that ask for others are reported.
 */
function variantReplicas(
  { template, policy }: Selection,
  values: readonly Replicas[],
  report: Report,
): Pick<Selection, 'variantReplicas'> {
  const { variants } = template;
  if (variants === undefined) return {};
  const { replicaScheduling } = policy?.object.spec.placement ?? {};
  if (replicaScheduling?.replicaSchedulingType !== 'Divided') {
    const counts = variants.flatMap(({ clusters }, index) =>
      clusters.map((cluster): [string, number] => [cluster, values[index]?.replicas ?? 0]),
    );
    return { variantReplicas: new Map(counts) };
  }
  const [first, other] = Map.groupBy(variants, (_, index) =>
    JSON.stringify(values[index]),
  ).values();
  if (first !== undefined && other !== undefined) {
    const [a, b] = [first, other].map(([variant]) => variant?.clusters[0]);
    report({
      code: 'interpret/variants-differ',
      severity: 'error',
      message: `${describeObject(template.object)} has other replicas, or needs other resources for them, with the values of ${b} than with those of ${a}, and its policy divides them`,
      at: template.at('/spec/replicas'),
      hint: 'give all clusters the same, or have the policy duplicate: replicaSchedulingType: Duplicated',
    });
  }
  return {};
}
