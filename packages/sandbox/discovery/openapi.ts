/** OpenAPI v3, one document per group and version, for the validation and `explain` of kubectl. */
import type { Fields, Value } from '../object.ts';
import type { Registry } from '../resources/registry.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { builtinDefinitions, schemaName } from '../schema/builtin.ts';
import type { OpenApiSchema } from '../schema/openapi-schema.ts';

const root = '/openapi/v3';

/** Returns the document at an OpenAPI path, or undefined. */
export function openApiDocument(registry: Registry, path: string): Fields | undefined {
  if (path === '/openapi/v2') return emptyV2;
  if (path === root || path === `${root}/`) return index(registry);
  if (!path.startsWith(`${root}/`)) return undefined;
  const folder = path.slice(root.length + 1);
  const served = registry.all().filter((resource) => folderOf(resource) === folder);
  return served.length === 0 ? undefined : groupDocument(served);
}

const info = { title: 'Kubernetes', version: 'v1.37.2' };

/** OpenAPI v2, which only old clients need. A real API server lists every kind here. */
const emptyV2: Fields = { swagger: '2.0', info, paths: {}, definitions: {} };

/** Media type that kubectl accepts for OpenAPI v2. */
export const acceptedProtobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/** Media type of the response, because a media type cannot contain `@`. */
export const servedProtobuf: string = acceptedProtobuf.replace('@', '.');

/** Returns `emptyV2` in protobuf (gnostic's OpenAPIv2.proto), all of it ASCII. */
export function openApiProtobuf(): string {
  const text = (field: number, value: string) =>
    `${String.fromCharCode((field << 3) | 2, value.length)}${value}`;
  return text(1, '2.0') + text(2, text(1, info.title) + text(2, info.version));
}

function folderOf({ group, version }: Resource): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function index(registry: Registry): Fields {
  const folders = [...new Set(registry.all().map(folderOf))];
  const paths = folders.map(
    (folder) => [folder, { serverRelativeURL: `${root}/${folder}` }] as const,
  );
  return { paths: Object.fromEntries(paths) };
}

function groupDocument(served: readonly Resource[]): Fields {
  const schemas: Record<string, OpenApiSchema> = {};
  for (const resource of served) addSchemas(resource, schemas);
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(served.flatMap(pathsOf)),
    components: { schemas: JSON.parse(JSON.stringify(schemas)) },
  };
}

function nameOf(resource: Resource): string {
  const { group, version, kind, custom } = resource;
  if (custom === undefined) return schemaName(group, version, kind);
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

function addSchemas(resource: Resource, schemas: Record<string, OpenApiSchema>): void {
  const { group, version, kind, custom } = resource;
  const name = nameOf(resource);
  if (custom === undefined) {
    addDefinition(name, schemas);
    return;
  }
  const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
  addDefinition(meta, schemas);
  schemas[name] = {
    type: 'object',
    ...custom.schema,
    properties: {
      ...custom.schema?.properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: `#/components/schemas/${meta}` },
    },
    'x-kubernetes-group-version-kind': [{ group, version, kind }],
  };
}

/** Adds a definition and every definition that it refers to. */
function addDefinition(name: string, schemas: Record<string, OpenApiSchema>): void {
  const definition = builtinDefinitions[name];
  if (definition === undefined || name in schemas) return;
  schemas[name] = definition;
  for (const [, inner = ''] of JSON.stringify(definition).matchAll(
    /#\/components\/schemas\/([^"]+)/g,
  )) {
    addDefinition(inner, schemas);
  }
}

/** Describes the write operations, so that a client detects server-side field validation. */
function pathsOf(resource: Resource): [string, Value][] {
  const { group, version, kind, plural, namespaced } = resource;
  const base = group === '' ? `/api/${version}` : `/apis/${apiVersionOf(resource)}`;
  const collection = namespaced ? `${base}/namespaces/{namespace}/${plural}` : `${base}/${plural}`;
  const gvk = { 'x-kubernetes-group-version-kind': { group, version, kind } };
  const operation = (action: string): Value => ({
    'x-kubernetes-action': action,
    ...gvk,
    parameters: ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string' },
    })),
    responses: { 200: { description: 'OK' } },
  });
  return [
    [collection, { post: operation('post') }],
    [`${collection}/{name}`, { put: operation('put'), patch: operation('patch') }],
  ];
}
