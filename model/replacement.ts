/** Which objects the syncer may replace, deleting and recreating them, because they cannot be changed in place. */
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
 * Reports whether an API server's message blames a change of the live object and not the value itself. This list
 * decides only where a dry run of a creation cannot.
 */
export function isAboutImmutable(message: string): boolean {
  return phrases.some((phrase) => phrase.test(message));
}

const phrases: readonly RegExp[] = [
  /\bimmutable\b/i,
  /\bupdates to .+ (are|is) forbidden\b/i,
  /\bmay not (be )?change[d]?\b/i,
  /\bcan( ?no|')t (be )?change[d]?\b/i,
  /\bupdates? may not (add|remove|change)\b/i,
];
