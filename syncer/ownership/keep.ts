import type { KubeObject } from '#model/object.ts';
import { preservedAnnotation } from '#model/rendered.ts';

/** Annotations, also of other tools, that keep an object after its manifest leaves Git. */
const keepAnnotations: ReadonlyMap<string, RegExp> = new Map([
  [preservedAnnotation, /^true$/],
  ['client.lifecycle.config.k8s.io/deletion', /^detach$/],
  ['cli-utils.sigs.k8s.io/on-remove', /^keep$/],
  ['helm.sh/resource-policy', /^keep$/],
  ['kustomize.toolkit.fluxcd.io/prune', /^disabled$/i],
  ['argocd.argoproj.io/sync-options', /(^|,)\s*(Prune|Delete)=false\s*(,|$)/],
  ['kluctl.io/skip-delete', /^true$/],
  ['kapp.k14s.io/delete-strategy', /^orphan$/],
]);

const protectedLabel = 'resourcetemplate.karmada.io/deletion-protected';

/** Returns the annotation or label that keeps an object after its manifest leaves Git, as `name: value`; '' without one. */
export function keepAnnotationOf({
  metadata: { annotations = {}, labels = {} },
}: KubeObject): string {
  if (labels[protectedLabel] === 'Always') return `${protectedLabel}: Always`;
  for (const [name, pattern] of keepAnnotations) {
    const value = annotations[name];
    if (value !== undefined && pattern.test(value)) return `${name}: ${value}`;
  }
  return '';
}

/** Returns the controlling owner of an object as `Kind name`; '' without one. */
export function controllerOf({ metadata: { ownerReferences } }: KubeObject): string {
  if (!Array.isArray(ownerReferences)) return '';
  const owner = (ownerReferences as readonly Owner[]).find(({ controller }) => controller === true);
  return owner === undefined ? '' : `${owner.kind} ${owner.name}`;
}

interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}
