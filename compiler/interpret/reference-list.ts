import * as v from 'valibot';
import type { DependentObjectReference } from '#model/dependency.ts';
import type { KubeObject } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import { type Interpreted, known } from './interpreted.ts';

type References = readonly DependentObjectReference[];

const annotation = 'resourcebinding.karmada.io/dependencies';

const text = v.pipe(v.string(), v.nonEmpty());
const texts = v.array(v.string());

const labelSelector = v.strictObject({
  matchLabels: v.optional(v.record(v.string(), v.string())),
  matchExpressions: v.optional(
    v.array(v.strictObject({ key: v.string(), operator: v.string(), values: v.optional(texts) })),
  ),
});

const referenceList: v.GenericSchema<unknown, References> = v.array(
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
 * Returns a value as a list of references, each with a name or a selector; undefined if the value is not such
 * a list.
 */
export function toReferences(value: unknown): References | undefined {
  const result = v.safeParse(referenceList, value);
  return result.success ? result.output : undefined;
}

/** Description of such a list, for messages. */
export const listForm: string =
  'a list of objects with apiVersion, kind, namespace, and name or labelSelector';

/**
 * Adds the references in an annotation of the template: a JSON list, as Karmada stores the
 * dependencies of a binding.
 */
export function withAnnotated(
  named: Interpreted<References>,
  { metadata: { annotations = {} } }: KubeObject,
): Interpreted<References> {
  const value = annotations[annotation];
  if (named.type === 'failed' || value === undefined) return named;
  const references = toReferences(parseJson(value));
  if (references !== undefined) return known([...named.value, ...references]);
  return {
    type: 'failed',
    message: `annotation ${annotation} must be a JSON text with ${listForm}`,
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
