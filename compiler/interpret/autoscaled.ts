import type { Selection } from '#model/binding.ts';
import { gvkOf, isFieldMap, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import { formsOf, withForms } from '#model/source.ts';

/** Label that makes a cluster keep its live number of replicas. */
const label = 'resourcetemplate.karmada.io/retain-replicas';

/**
 * Labels the templates that an autoscaler in the repository scales, so that a sync does not reset their
 * replicas. In Karmada, a controller that is off by default does this.
 *
 * Source: Karmada v1.18, pkg/controllers/hpascaletargetmarker.
 */
export function labelAutoscaled(
  selections: readonly Selection[],
  profile: Profile,
): readonly Selection[] {
  if (profile === 'karmada') return selections;
  const scaled = new Set(selections.flatMap(({ template }) => formsOf(template).flatMap(targetOf)));
  if (scaled.size === 0) return selections;
  return selections.map((selection) => {
    const { object } = selection.template;
    if (!scaled.has(keyOf(object)) || label in (object.metadata.labels ?? {})) return selection;
    return { ...selection, template: withForms(selection.template, labelled) };
  });
}

function labelled(object: KubeObject): KubeObject {
  const labels = { ...object.metadata.labels, [label]: 'true' };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Returns the target of an autoscaler: at most one, in its namespace. */
function targetOf({ apiVersion, kind, metadata, spec }: KubeObject): readonly ObjectKey[] {
  const { group } = gvkOf({ apiVersion, kind });
  if (group !== 'autoscaling' || kind !== 'HorizontalPodAutoscaler' || !isFieldMap(spec)) return [];
  const { scaleTargetRef: to } = spec;
  if (!isFieldMap(to) || typeof to.kind !== 'string' || typeof to.name !== 'string') return [];
  const version = typeof to.apiVersion === 'string' ? to.apiVersion : '';
  const target = {
    apiVersion: version,
    kind: to.kind,
    metadata: { ...metadata, name: to.name },
  };
  return [keyOf(target)];
}
