import * as v from 'valibot';
import type { DependentObjectReference } from '#model/dependency.ts';
import type { KubeObject } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import { type Interpreted, known } from './interpreted.ts';

const annotation = 'resourcebinding.karmada.io/dependencies';

const text = v.pipe(v.string(), v.nonEmpty());
const texts = v.array(v.string());

const labelSelector = v.strictObject({
  matchLabels: v.optional(v.record(v.string(), v.string())),
  matchExpressions: v.optional(
    v.array(v.strictObject({ key: v.string(), operator: v.string(), values: v.optional(texts) })),
  ),
});

const references: v.GenericSchema<unknown, readonly DependentObjectReference[]> = v.array(
  v.pipe(
    v.strictObject({
      apiVersion: text,
      kind: text,
      namespace: v.optional(v.string()),
      name: v.optional(v.string()),
      labelSelector: v.optional(labelSelector),
    }),
    v.check(({ name = '', labelSelector: labels }) => name !== '' || labels !== undefined),
  ),
);

/**
 * What an annotation of the template adds to the dependencies that its kind tells: the JSON list
 * of references in which Karmada writes down the dependencies of a binding.
 */
export function annotatedDependencies({
  metadata: { annotations = {} },
}: KubeObject): Interpreted<readonly DependentObjectReference[]> {
  const value = annotations[annotation];
  if (value === undefined) return known([]);
  const result = v.safeParse(references, parseJson(value));
  if (result.success) return known(result.output);
  return {
    type: 'failed',
    message: `annotation ${annotation} must be a JSON list of objects with apiVersion, kind, namespace, and name or labelSelector`,
    pointer: pointerTo(['metadata', 'annotations', annotation]),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
