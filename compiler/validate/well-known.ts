/** Definitions of custom kinds that Regatta ships, for repositories without them. */
import type { KubeObject } from '#model/object.ts';
import type { KnownSchemas, OpenApiSchema } from '#model/schema.ts';
import { type CustomKind, readDefinition } from './definitions.ts';

/** Returns Istio's kinds, by `group/Kind`. */
export function wellKnownKinds({ istio }: KnownSchemas): ReadonlyMap<string, CustomKind> {
  const versions = Object.entries(istio.kinds).map(([type, index]) => {
    const [group = '', version = '', kind = ''] = type.split('/');
    return { group, version, kind, schema: istio.schemas[index] ?? {} };
  });
  const byKind = Map.groupBy(versions, ({ group, kind }) => `${group}/${kind}`);
  const kinds = [...byKind.values()].flatMap((all) => {
    const [first] = all;
    const kind = first && readDefinition(definitionOf(first, all));
    return kind === undefined ? [] : [kind];
  });
  return new Map(kinds);
}

interface Version {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: OpenApiSchema;
}

function definitionOf({ group, kind }: Version, versions: readonly Version[]): KubeObject {
  const singular = kind.toLowerCase();
  const plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular, listKind: `${kind}List` },
      versions: versions.map(({ version, schema }, index) => ({
        name: version,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema: { type: 'object', ...schema } },
        subresources: { status: {} },
      })),
    },
  };
}
