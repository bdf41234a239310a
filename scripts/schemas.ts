/**
 * `node scripts/schemas.ts`: regenerates the data of schemas/, with Go, from the OpenAPI schemas in the
 * module k8s.io/kubernetes and the CustomResourceDefinitions in the module istio.io/api. It keeps only the
 * field names of Kubernetes' schemas, and the validation rules of Istio's.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

const modules = { kubernetes: 'k8s.io/kubernetes@v1.37.2', istio: 'istio.io/api@v1.31.1' };
const target = join(import.meta.dirname, '../schemas');

interface Schema {
  readonly [keyword: string]: unknown;
}

interface OpenApi {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Keywords that define field names, for hints. The code of the API server validates built-in kinds. */
const names: ReadonlySet<string> = new Set([
  ...['$ref', 'properties', 'additionalProperties', 'items', 'allOf'],
]);

/** Keywords that determine whether an object is valid. */
const rules: ReadonlySet<string> = new Set([
  '$ref',
  ...['type', 'format', 'nullable', 'enum', 'required', 'pattern', 'default'],
  ...['properties', 'additionalProperties', 'items', 'allOf', 'anyOf', 'oneOf', 'not'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
  ...['x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-embedded-resource'],
  ...['x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'],
  ...['x-kubernetes-map-type', 'x-kubernetes-validations'],
]);

/** Reduces a schema to some keywords. In `properties`, every key is a field name, which the result keeps. */
function compact(schema: unknown, kept: ReadonlySet<string>, areNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => compact(item, kept));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema)
    .filter(([name]) => areNames || kept.has(name))
    .map(([name, value]) => {
      if (!areNames && verbatim.has(name)) return [name, value];
      return [name, compact(value, kept, !areNames && name === 'properties')];
    });
  return Object.fromEntries(entries);
}

const verbatim: ReadonlySet<string> = new Set([
  ...['enum', 'required', 'default', 'x-kubernetes-validations'],
]);

function moduleFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-schemas-'));
  try {
    writeFileSync(join(folder, 'go.mod'), 'module schemas\n');
    const output = execFileSync('go', ['mod', 'download', '-json', name], { cwd: folder });
    return (JSON.parse(output.toString()) as { readonly Dir: string }).Dir;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Returns the kinds that can be created, with the names of their schemas. */
function createdKinds({ paths = {} }: OpenApi): readonly (readonly [string, string])[] {
  return Object.entries(paths).flatMap(([path, { post }]) => {
    const of = post?.['x-kubernetes-group-version-kind'] as Kind | undefined;
    const isObject = post?.['x-kubernetes-action'] === 'post' && !/\{name\}/.test(path);
    const body = JSON.stringify(post?.requestBody ?? '');
    const [, name] = /"\$ref":"#\/components\/schemas\/([^"]+)"/.exec(body) ?? [];
    if (!isObject || of === undefined || name === undefined) return [];
    return [[[of.group, of.version, of.kind].join('/'), name] as const];
  });
}

function kubernetes(): Schema {
  const folder = join(moduleFolder(modules.kubernetes), 'api/openapi-spec/v3');
  const kinds = new Map<string, string>();
  const definitions = new Map<string, unknown>();
  for (const file of readdirSync(folder).toSorted()) {
    const spec = JSON.parse(readFileSync(join(folder, file), 'utf8')) as OpenApi;
    for (const [kind, name] of createdKinds(spec)) kinds.set(kind, name);
    for (const [name, schema] of Object.entries(spec.components?.schemas ?? {})) {
      definitions.set(name, compact(schema, names));
    }
  }
  const used = new Set<string>();
  const use = (name: string): void => {
    if (used.has(name)) return;
    used.add(name);
    const text = JSON.stringify(definitions.get(name));
    for (const [, next] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) use(next ?? '');
  };
  for (const name of kinds.values()) use(name);
  return {
    source: modules.kubernetes,
    kinds: Object.fromEntries([...kinds].toSorted()),
    definitions: Object.fromEntries(
      [...used].toSorted().map((name) => [name, definitions.get(name)]),
    ),
  };
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** Writes equal schemas once, because versions of a kind often share their schema. */
function istio(): Schema {
  const folder = moduleFolder(modules.istio);
  const text = readFileSync(join(folder, 'kubernetes/customresourcedefinitions.gen.yaml'), 'utf8');
  const schemas: string[] = [];
  const kinds: [string, number][] = [];
  for (const { spec } of loadAll(text).filter((one) => one != null) as Definition[]) {
    for (const { name, schema } of spec.versions) {
      const written = JSON.stringify(compact(schema.openAPIV3Schema, rules));
      if (!schemas.includes(written)) schemas.push(written);
      kinds.push([`${spec.group}/${name}/${spec.names.kind}`, schemas.indexOf(written)]);
    }
  }
  return {
    source: modules.istio,
    kinds: Object.fromEntries(kinds.toSorted()),
    schemas: schemas.map((written) => JSON.parse(written) as Schema),
  };
}

for (const [name, data] of Object.entries({ kubernetes: kubernetes(), istio: istio() })) {
  writeFileSync(join(target, `${name}.json`), `${JSON.stringify(data)}\n`);
}
