import type { ClusterObject } from '#model/binding.ts';
import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import type { CustomKind } from './definitions.ts';
import type { Finding, Findings } from './findings.ts';
import type { Validation } from './validation.ts';

/** Reports custom resources of a version that their CustomResourceDefinition does not serve. */
export function reportVersions({ distinct, kinds }: Validation, findings: Findings): void {
  for (const [object, on] of distinct) {
    const byKind = Map.groupBy(on, ({ cluster }: ClusterObject) =>
      kinds.repository.of(object, cluster),
    );
    for (const [kind, having] of byKind) {
      if (kind === undefined || kind.served.includes(gvkOf(object).version)) continue;
      findings.add({ ...wrongVersion(object, kind), on: having });
    }
  }
}

function wrongVersion(object: KubeObject, { served }: CustomKind): Omit<Finding, 'on'> {
  const { version, kind } = gvkOf(object);
  return {
    code: 'validate/unknown-kind',
    severity: 'error',
    message: `${describeObject(object)} uses version ${version}, which the CustomResourceDefinition of ${kind} does not serve`,
    pointer: '/apiVersion',
    hint: `use a served version: ${served.join(', ')}`,
  };
}
