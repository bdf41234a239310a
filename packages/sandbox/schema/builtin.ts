/**
 * The schemas of the built-in kinds that a real API server 1.37 publishes, without descriptions.
 */
import definitions from './builtin.json' with { type: 'json' };
import type { Definitions, OpenApiSchema } from './openapi-schema.ts';
import { type Shape, ShapeBuilder } from './shape.ts';

export const builtinDefinitions: Definitions = definitions as unknown as Definitions;

const builder = new ShapeBuilder(builtinDefinitions);
const names = new Map(
  Object.entries(builtinDefinitions).flatMap(([name, schema]) =>
    (schema['x-kubernetes-group-version-kind'] ?? []).map(
      ({ group, version, kind }) => [`${group}/${version}/${kind}`, name] as const,
    ),
  ),
);

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/**
 * Returns the shape of a built-in kind.
 *
 * @throws Error when the sandbox has no schema for the kind
 */
export function builtinShape(group: string, version: string, kind: string): Shape {
  return builder.named(schemaName(group, version, kind));
}

/**
 * Returns the name of the schema of a built-in kind.
 *
 * @throws Error when the sandbox has no schema for the kind
 */
export function schemaName(group: string, version: string, kind: string): string {
  const name = names.get(`${group}/${version}/${kind}`);
  if (name === undefined)
    throw new Error(`the sandbox lacks a schema for ${group}/${version} ${kind}`);
  return name;
}

/** Returns the shape of a custom resource: its schema with the standard metadata. */
export function customShape(schema: OpenApiSchema | undefined): Shape {
  const own = schema?.['x-kubernetes-preserve-unknown-fields'] === true || schema === undefined;
  return builder.shapeOf({
    ...schema,
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': own,
    properties: {
      ...schema?.properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: `#/components/schemas/${objectMeta}` },
    },
  });
}
