/** Decides when the syncer replaces an object, deleting and recreating it, because a field is immutable. */
import { gvkOf, type KubeObject } from './object.ts';

/** Annotation. With "true", the syncer may delete and recreate the object. */
export const replaceAnnotation = 'regatta.dev/replace';

/** Regatta's annotation, and those of other tools with the same meaning. */
const annotations: ReadonlyMap<string, RegExp> = new Map([
  [replaceAnnotation, /^true$/],
  ['kustomize.toolkit.fluxcd.io/force', /^enabled$/i],
  ['argocd.argoproj.io/sync-options', /(^|,)\s*(Replace|Force)=true\s*(,|$)/],
]);

/** Reports whether the syncer may replace an object. It may not replace a Namespace or CRD, because the API server would delete its contents. */
export function mayReplace(object: KubeObject): boolean {
  const { annotations: written = {} } = object.metadata;
  const isAllowed = [...annotations].some(([name, pattern]) => pattern.test(written[name] ?? ''));
  return isAllowed && !isDefinition(object);
}

/** Reports whether an object is a Namespace or CRD, which must exist before the syncer can apply other objects. */
export function isDefinition(object: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  const { group, kind } = gvkOf(object);
  return (
    (kind === 'Namespace' && group === '') ||
    (kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io')
  );
}

/**
 * Reports whether an API server's message blames an immutable field and not the value itself. Examples are
 * `field is immutable`, `updates to statefulset spec for fields other than …`, `spec is immutable after
 * creation` and `may not change once set`.
 */
export function isAboutImmutable(message: string): boolean {
  return /\bimmutable\b|\bupdates to \S+ spec for fields other than\b|\bmay not (be )?changed?\b|\bcannot be changed\b/i.test(
    message,
  );
}
