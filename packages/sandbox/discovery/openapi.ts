/** OpenAPI v3, one document per group and version: what kubectl needs to check and explain. */
import type { Fields, Value } from '../object.ts';
import type { Registry } from '../resources/registry.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { builtinDefinitions, schemaName } from '../schema/builtin.ts';
import type { OpenApiSchema } from '../schema/openapi-schema.ts';

const root = '/openapi/v3';

/** The document at an OpenAPI path, or undefined when there is none. */
export function openApiDocument(registry: Registry, path: string): Fields | undefined {
  if (path === '/openapi/v2') return emptyV2;
  if (path === root || path === `${root}/`) return index(registry);
  if (!path.startsWith(`${root}/`)) return undefined;
  const wanted = path.slice(root.length + 1);
  const served = registry.all().filter((resource) => folderOf(resource) === wanted);
  return served.length === 0 ? undefined : groupDocument(served);
}

const info = { title: 'Kubernetes', version: 'v1.37.2' };

/** OpenAPI v2 is asked for what v3 does not know, and by old clients; a real one holds every kind. */
const emptyV2: Fields = { swagger: '2.0', info, paths: {}, definitions: {} };

/** As kubectl asks for OpenAPI v2. */
export const wantedProtobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/** As it is told that it gets that: `@` may not be in a media type. */
export const servedProtobuf: string = wantedProtobuf.replace('@', '.');

/** `emptyV2` in the protocol buffers of gnostic's OpenAPIv2.proto; all of it is ASCII. */
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

/** The definition with everything that it refers to. */
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

/** Enough for a client to learn that writes check fields on the server. */
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
