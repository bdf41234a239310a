import type { Scope } from '#model/kind-scope.ts';
import { gvkOf, isFieldMap, type KubeObject } from '#model/object.ts';

/** A kind as `group/Kind`, with its scope. */
type DefinedKind = readonly [type: string, scope: Scope];

/** Returns the kinds that an object defines, as `group/Kind`; an empty list for other objects. */
export function definedKinds(object: KubeObject): readonly DefinedKind[] {
  const { group, version, kind } = gvkOf(object);
  const spec = isFieldMap(object['spec']) ? object['spec'] : {};
  return definers[`${group}/${kind}`]?.(spec, version) ?? [];
}

type Spec = Readonly<Record<string, unknown>>;

/** The kinds whose objects define other kinds. */
const definers: Readonly<Record<string, (spec: Spec, version: string) => readonly DefinedKind[]>> =
  {
    'apiextensions.k8s.io/CustomResourceDefinition': ({ group, names, scope }) =>
      scope === 'Cluster' || scope === 'Namespaced' ? named(group, names, scope) : [],
    'apiextensions.crossplane.io/CompositeResourceDefinition': (spec, version) => [
      ...named(spec['group'], spec['names'], compositeScope(spec, version)),
      ...named(spec['group'], spec['claimNames'], 'Namespaced'),
    ],
    'kro.run/ResourceGraphDefinition': ({ schema }) =>
      isFieldMap(schema) ? named(schema['group'] ?? 'kro.run', schema, 'Namespaced') : [],
  };

function named(group: unknown, names: unknown, scope: Scope): readonly DefinedKind[] {
  return isFieldMap(names) && typeof names['kind'] === 'string'
    ? [[`${group}/${names['kind']}`, scope]]
    : [];
}

/** Composite resources are cluster-scoped by default in version v1 of their definition, and namespaced in version v2. */
function compositeScope({ scope }: Spec, version: string): Scope {
  const standard = version === 'v1' ? 'LegacyCluster' : 'Namespaced';
  return (scope ?? standard) === 'Namespaced' ? 'Namespaced' : 'Cluster';
}
