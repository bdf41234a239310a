import type { Report } from '#model/diagnostic.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import { formsOf, type Sourced } from '#model/source.ts';

/** Finalizers that API servers and controllers of Kubernetes add themselves, as in an export of live objects. */
const ofKubernetes =
  /^(?:foregroundDeletion|orphan|kubernetes|(?:[^/]*\.)?(?:kubernetes|k8s)\.io(?:\/.*)?)$/;

/** Warns of finalizers that an author wrote, because no cluster gets them. */
export function reportRemovedFinalizers(templates: readonly Sourced[], report: Report): void {
  for (const template of templates) {
    const removed = new Set(formsOf(template).flatMap(writtenFinalizers));
    if (removed.size === 0) continue;
    report({
      code: 'finalise/removed-finalizers',
      severity: 'warning',
      message: `${describeObject(template.object)} is rendered without its finalizers (${[...removed].join(', ')}), as in Karmada`,
      at: template.at('/metadata/finalizers'),
      hint: 'remove them from the template: the controller that handles a finalizer adds it in each cluster',
    });
  }
}

function writtenFinalizers({ metadata }: KubeObject): readonly string[] {
  const { finalizers } = metadata as { readonly finalizers?: unknown };
  if (!Array.isArray(finalizers)) return [];
  return finalizers.filter((name) => typeof name === 'string' && !ofKubernetes.test(name));
}
