/** When the syncer deletes an object and makes it again, because a field of it cannot be changed. */
import { gvkOf, type KubeObject } from './object.ts';

/** Annotation of an object that may be deleted and made again: "true". */
export const replaceAnnotation = 'regatta.dev/replace';

/** Ours, and what users of other tools write to say the same. */
const annotations: ReadonlyMap<string, RegExp> = new Map([
  [replaceAnnotation, /^true$/],
  ['kustomize.toolkit.fluxcd.io/force', /^enabled$/i],
  ['argocd.argoproj.io/sync-options', /(^|,)\s*(Replace|Force)=true\s*(,|$)/],
]);

/** Whether an object may be replaced; never a namespace or a definition, because everything in them would go. */
export function mayReplace(object: KubeObject): boolean {
  const { annotations: written = {} } = object.metadata;
  const says = [...annotations].some(([name, pattern]) => pattern.test(written[name] ?? ''));
  return says && !isDefinition(object);
}

/** Whether other objects cannot be applied before this one is established. */
export function isDefinition(object: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  const { group, kind } = gvkOf(object);
  return (
    (kind === 'Namespace' && group === '') ||
    (kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io')
  );
}

/**
 * Whether an API server's message says that a field of the live object stands in the way, and not the
 * value itself: `field is immutable`, `updates to statefulset spec for fields other than …`, `spec is
 * immutable after creation`, `may not change once set`.
 */
export function isAboutImmutable(message: string): boolean {
  return /\bimmutable\b|\bupdates to \S+ spec for fields other than\b|\bmay not (be )?changed?\b|\bcannot be changed\b/i.test(
    message,
  );
}
