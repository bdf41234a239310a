import type { DependentObjectReference } from '#model/dependency.ts';
import { byText } from '#model/object.ts';
import { podReferencePaths, type ReferencePaths, referencedKinds } from '#model/pod-references.ts';
import { textsAt } from './fields.ts';

/**
 * Returns the objects that the fields at some paths refer to, by kind and name, without duplicates.
 */
export function referencesAt(
  value: unknown,
  paths: ReferencePaths,
  namespace: string | undefined,
): readonly DependentObjectReference[] {
  return referencedKinds.flatMap(([field, kind]) => {
    const names = new Set((paths[field] ?? []).flatMap((path) => textsAt(value, path)));
    return [...names]
      .filter((name) => name !== '')
      .sort(byText)
      .map((name) => ({ apiVersion: 'v1', kind, namespace, name }));
  });
}

/**
 * Returns the dependencies of a pod, without the ServiceAccount `default`, which every namespace
 * has.
 *
 * Source: Karmada v1.18, pkg/util/helper/pod.go, pkg/util/lifted/visitpod.go.
 */
export function podReferences(
  template: unknown,
  namespace: string | undefined,
): readonly DependentObjectReference[] {
  return referencesAt(template, podReferencePaths, namespace).filter(
    ({ kind, name }) => kind !== 'ServiceAccount' || name !== 'default',
  );
}
