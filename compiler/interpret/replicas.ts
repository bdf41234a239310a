import type { Selection } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import { isWorkload, type Replicas } from '#model/replica-requirements.ts';
import { formsOf } from '#model/source.ts';
import { reportFailedForm, type Uninterpreted } from './failure.ts';
import type { Interpreter } from './interpreter.ts';

/** The templates, by whether the interpreter could count their replicas. */
export interface CountedSelections {
  readonly selections: readonly Selection[];
  /** Templates that wait, as in Karmada, because the scheduler cannot decide their placement. */
  readonly failed: readonly Uninterpreted[];
}

/** Interprets the replicas that the templates request, and the requirements of each replica. */
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
    const failure = reportFailedForm(template, reads, report);
    if (failure !== undefined) {
      failed.push(failure);
      return [];
    }
    const values = reads.flatMap((read) => (read.type === 'known' ? [read.value] : []));
    const [value] = values;
    if (value === undefined) return [];
    const { components } = value;
    if (components !== undefined) return [{ ...selection, components }];
    if (!isWorkload(value)) return [selection];
    return [{ ...selection, ...value, ...variantReplicas(selection, values, report) }];
  });
  return { selections: counted, failed };
}

/**
 * Returns the replicas of each variant of a template. Reports variants with different replicas if the policy
 * divides them, because a division needs one number of equal replicas.
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
      message: `${describeObject(template.object)} cannot be divided: its replicas or their resources with the values of ${b} differ from those with the values of ${a}`,
      at: template.at('/spec/replicas'),
      hint: 'use the same values for all clusters, or set replicaSchedulingType: Duplicated in the policy',
    });
  }
  return {};
}
