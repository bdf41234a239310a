import { byText, type KubeObject } from '#model/object.ts';
import type { LabelAnnotationOverrider } from '#model/override.ts';
import { pointerTo } from '#model/pointer.ts';
import type { PatchOperation } from './json-patch.ts';
import type { Plan } from './overrider.ts';

/** Changes the labels of the object. */
export const planLabels: Plan<LabelAnnotationOverrider> = planMap('labels');

/** Changes the annotations of the object. */
export const planAnnotations: Plan<LabelAnnotationOverrider> = planMap('annotations');

/**
 * Returns the plan for a map of texts. The operator add sets keys and creates a missing map. The operators
 * replace and remove ignore missing keys.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/labelannotationoverrider.go.
 */
function planMap(field: 'labels' | 'annotations'): Plan<LabelAnnotationOverrider> {
  return (object, { operator, value }) => {
    const map = mapOf(object, field);
    const keys = Object.keys(value).sort(byText);
    const changes = keys
      .filter((key) => operator === 'add' || (map !== undefined && Object.hasOwn(map, key)))
      .map((key): PatchOperation => {
        return { operator, path: pointerTo(['metadata', field, key]), value: value[key] };
      });
    const missing: PatchOperation = { operator: 'add', path: `/metadata/${field}`, value: {} };
    return map === undefined && changes.length > 0 ? [missing, ...changes] : changes;
  };
}

function mapOf({ metadata }: KubeObject, field: 'labels' | 'annotations'): object | undefined {
  const map: unknown = metadata[field];
  return typeof map === 'object' && map !== null ? map : undefined;
}
