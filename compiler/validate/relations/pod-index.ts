import { isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import { type LabelSelector, matchesLabels } from '#model/selector.ts';
import { podTemplateOf } from './pods.ts';

/** The pods of a workload. */
export interface WorkloadPods {
  readonly object: KubeObject;
  readonly labels: Readonly<Record<string, string>>;
}

/** The pods of the workloads in a namespace, by label. */
export class PodIndex {
  readonly all: readonly WorkloadPods[];
  readonly #byLabel = new Map<string, WorkloadPods[]>();

  constructor(objects: readonly KubeObject[]) {
    this.all = objects.flatMap(podsOf);
    for (const pods of this.all) {
      for (const label of Object.entries(pods.labels)) {
        const key = label.join('=');
        const same = this.#byLabel.get(key) ?? [];
        this.#byLabel.set(key, same);
        same.push(pods);
      }
    }
  }

  /** Reports whether a selector matches the pods of a workload. */
  matches(selector: LabelSelector): boolean {
    const [label] = Object.entries(selector.matchLabels ?? {});
    const candidates = label === undefined ? this.all : (this.#byLabel.get(label.join('=')) ?? []);
    return candidates.some(({ labels }) => matchesLabels(selector, labels));
  }
}

function podsOf(object: KubeObject): readonly WorkloadPods[] {
  const template = podTemplateOf(object);
  if (template === undefined) return [];
  const labels = valueAt(template.value, ['metadata', 'labels']);
  return [{ object, labels: isFieldMap(labels) ? (labels as WorkloadPods['labels']) : {} }];
}
