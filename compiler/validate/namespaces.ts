import type { ClusterObject } from '#model/binding.ts';
import { describeObject } from '#model/object.ts';
import type { Findings } from './findings.ts';
import type { Validation } from './validation.ts';

/** Reports namespaces that objects use but the repository does not contain. Kubernetes' own always exist. */
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

/** Reports a namespace once, at its first object. */
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
    message: `${describeObject(first.object)}${more}: namespace ${namespace} is not in the repository`,
    pointer: '/metadata/namespace',
    hint: `add a Namespace ${namespace} to the templates, unless the clusters already have it`,
    on,
  });
}
