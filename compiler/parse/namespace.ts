import type { Report } from '#model/diagnostic.ts';
import { describeObject, gvkOf } from '#model/object.ts';
import type { Parsed } from './distinct.ts';
import { meantGroup, type ScopeOf } from './scope.ts';
import { isForeign } from './unknown-kinds.ts';

interface Placement {
  readonly scopeOf: ScopeOf;
  /** Whether a chart or kustomization produced the object. */
  readonly isBuilt: boolean;
}

/**
 * Sets the namespace as `kubectl apply` does without -n, and removes it from cluster-scoped objects, as kubectl and
 * Helm do. An object whose namespace depends on an unknown scope is an error: the API server decides by the scope,
 * and a wrong guess would place the object elsewhere.
 *
 * @returns undefined after an error
 */
export function withNamespace(
  parsed: Parsed,
  { scopeOf, isBuilt }: Placement,
  report: Report,
): Parsed | undefined {
  const { object, producedBy } = parsed;
  const { namespace: given = '', ...rest } = object.metadata;
  const scope = scopeOf(object);
  if (scope === 'Cluster') {
    if (given !== '' && !isBuilt) reportUselessNamespace(parsed, report);
    return { ...parsed, object: { ...object, metadata: rest } };
  }
  if (scope === undefined && given === '' && isForeign(object)) {
    reportUnknownScope(parsed, report);
    return undefined;
  }
  const namespace = given || (producedBy?.namespace ?? 'default');
  return { ...parsed, object: { ...object, metadata: { ...rest, namespace } } };
}

function reportUselessNamespace({ object, at }: Parsed, report: Report): void {
  report({
    code: 'parse/namespace-not-allowed',
    severity: 'warning',
    message: `${describeObject(object)} has a namespace, but its kind is cluster-scoped: Regatta leaves the namespace out`,
    at: at('/metadata/namespace'),
    hint: 'remove metadata.namespace',
  });
}

function reportUnknownScope({ object, at }: Parsed, report: Report): void {
  const { group, kind } = gvkOf(object);
  const nearest = meantGroup(group, kind);
  const meant = nearest === undefined ? '' : `did you mean ${groupName(nearest)}? Otherwise `;
  report({
    code: 'parse/unknown-scope',
    severity: 'error',
    message: `${describeObject(object)} has no namespace, and it is unknown whether kind ${kind} of ${group} is namespaced`,
    at: at('/kind'),
    hint: `${meant}write metadata.namespace, add the CustomResourceDefinition, or add {group: ${group}, kind: ${kind}, scope: Cluster} to spec.kinds in regatta.yaml`,
  });
}

function groupName(group: string): string {
  return group === '' ? 'the core group, with apiVersion: v1' : `the group ${group}`;
}
