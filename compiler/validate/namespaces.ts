import type { ClusterObject } from '#model/binding.ts';
import { describeObject } from '#model/object.ts';
import type { Findings } from './findings.ts';
import type { Validation } from './validate.ts';

/** Looks whether the repository makes the namespaces that it uses; those of Kubernetes' own are there. */
export function reportNamespaces({ objects }: Validation, findings: Findings): void {
  const made = new Set(
    objects
      .filter(({ object }) => object.apiVersion === 'v1' && object.kind === 'Namespace')
      .map(({ cluster, object }) => `${cluster}/${object.metadata.name}`),
  );
  const lacking = Map.groupBy(
    objects.filter(({ cluster, object: { metadata } }) => {
      const { namespace } = metadata;
      if (namespace === undefined || isGiven(namespace)) return false;
      return !made.has(`${cluster}/${namespace}`);
    }),
    ({ object }) => object.metadata.namespace ?? '',
  );
  for (const [namespace, on] of lacking) reportNamespace(namespace, on, findings);
}

function isGiven(namespace: string): boolean {
  return namespace === 'default' || namespace.startsWith('kube-');
}

/** Told once for a namespace, at the first of its objects. */
function reportNamespace(
  namespace: string,
  on: readonly ClusterObject[],
  findings: Findings,
): void {
  const [first] = on;
  if (first === undefined) return;
  const names = new Set(on.map(({ object }) => describeObject(object)));
  const more = names.size > 1 ? ` and ${names.size - 1} more` : '';
  findings.add({
    code: 'validate/no-namespace',
    severity: 'warning',
    message: `${describeObject(first.object)}${more}: the repository makes no namespace ${namespace}`,
    pointer: '/metadata/namespace',
    hint: `add a Namespace ${namespace} to the templates; a cluster that has it already is not told apart`,
    on,
  });
}
