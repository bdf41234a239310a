import { describeObject, isFieldMap, type KubeObject } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import type { LabelSelector } from '#model/selector.ts';
import type { Findings } from '../findings.ts';
import type { Validation } from '../validation.ts';
import type { ClusterContents } from './cluster-contents.ts';
import type { WorkloadPods } from './pod-index.ts';

/** Reports Services and PodDisruptionBudgets whose selector matches no pods of the cluster. */
export function reportIdleSelectors(
  { distinct }: Validation,
  contents: ReadonlyMap<string, ClusterContents>,
  findings: Findings,
): void {
  const everywhere = [...contents.values()];
  const hasMesh = everywhere.some(({ isInMesh }) => isInMesh);
  for (const [object, on] of distinct) {
    const selector = selectorOf(object);
    const { namespace = '' } = object.metadata;
    if (selector === undefined) continue;
    const idle = on.filter(({ cluster }) => {
      const all = contents.get(cluster);
      if (all === undefined || !all.manages(namespace) || all.mayHaveOtherPods(namespace)) {
        return false;
      }
      const reached = hasMesh ? [all, ...everywhere] : [all];
      return !reached.some((one) => one.pods(namespace).matches(selector));
    });
    const [first] = idle;
    if (first === undefined) continue;
    const near = contents.get(first.cluster)?.pods(namespace).all ?? [];
    const hint = hintFor(selector, near);
    findings.add({
      code: 'validate/selects-no-pods',
      severity: 'warning',
      message: `${describeObject(object)} selects no pods of the namespace`,
      pointer: pointerTo(['spec', 'selector']),
      hint:
        hint ??
        'correct spec.selector, or accept the warning (regatta.dev/accept) if something else makes the pods',
      on: idle,
    });
  }
}

/** Returns the selector by which an object selects pods. Returns undefined if it is missing or empty, and for an external Service. */
function selectorOf({ apiVersion, kind, spec }: KubeObject): LabelSelector | undefined {
  const selector = isFieldMap(spec) ? spec['selector'] : undefined;
  if (!isFieldMap(selector) || Object.keys(selector).length === 0) return undefined;
  if (apiVersion === 'v1' && kind === 'Service') {
    const isExternal = isFieldMap(spec) && spec['type'] === 'ExternalName';
    return isExternal ? undefined : { matchLabels: selector as Readonly<Record<string, string>> };
  }
  const isBudget = apiVersion === 'policy/v1' && kind === 'PodDisruptionBudget';
  return isBudget ? (selector as LabelSelector) : undefined;
}

/** Names the workload whose pods have most of the labels. */
function hintFor(
  { matchLabels = {} }: LabelSelector,
  pods: readonly WorkloadPods[],
): string | undefined {
  const wanted = Object.entries(matchLabels);
  const candidates = pods.flatMap(({ object, labels }) => {
    const different = wanted.filter(([key, value]) => labels[key] !== value);
    const isNear = different.length < wanted.length || different.some(([key]) => key in labels);
    return isNear ? [{ object, labels, different }] : [];
  });
  const [best] = candidates.toSorted((a, b) => a.different.length - b.different.length);
  if (best === undefined) return undefined;
  const has = best.different.map(([key]) => `${key}: ${best.labels[key] ?? 'absent'}`).join(', ');
  return `the pods of ${describeObject(best.object)} have ${has}`;
}
