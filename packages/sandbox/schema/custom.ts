/** Pruning and defaulting of custom resources by their structural schema. */
import { type Fields, isFields, type Value } from '../object.ts';
import type { OpenApiSchema } from './openapi-schema.ts';

const always = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Returns a copy without the fields that the schema does not declare, and the paths of those
 * fields.
 */
export function pruneCustom(
  schema: OpenApiSchema,
  object: Fields,
): { readonly value: Fields; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const value = pruneFields(schema, object, { path: '', isRoot: true, unknown });
  return { value, unknown };
}

interface PrunePath {
  readonly path: string;
  /** Whether this is the root, whose apiVersion, kind and metadata need no schema. */
  readonly isRoot: boolean;
  readonly unknown: string[];
}

function prune(schema: OpenApiSchema, value: Value, at: PrunePath): Value {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (items === undefined) return structuredClone(value);
    return value.map((item, index) =>
      prune(items, item, { ...at, isRoot: false, path: `${at.path}[${index}]` }),
    );
  }
  return isFields(value) ? pruneFields(schema, value, at) : value;
}

function pruneFields(schema: OpenApiSchema, value: Fields, at: PrunePath): Fields {
  const isObject = at.isRoot || schema['x-kubernetes-embedded-resource'] === true;
  const pruned: Fields = {};
  for (const [name, item] of Object.entries(value)) {
    const path = at.path === '' ? name : `${at.path}.${name}`;
    const inner = schemaOf(schema, name);
    if (isObject && always.has(name)) pruned[name] = structuredClone(item);
    else if (inner !== undefined) pruned[name] = prune(inner, item, { ...at, path, isRoot: false });
    else if (keepsUnknown(schema)) pruned[name] = structuredClone(item);
    else at.unknown.push(path);
  }
  return pruned;
}

function schemaOf(schema: OpenApiSchema, name: string): OpenApiSchema | undefined {
  const known = schema.properties?.[name];
  if (known !== undefined) return known;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function keepsUnknown(schema: OpenApiSchema): boolean {
  return (
    schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true
  );
}

/**
 * Sets the defaults of the schema, in place; null in a field that is not nullable counts as absent.
 */
export function defaultCustom(schema: OpenApiSchema, value: Value): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) defaultCustom(items, item);
    return;
  }
  if (!isFields(value)) return;
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    fillIn(value, name, inner);
  }
  for (const [name, item] of Object.entries(value)) {
    const inner = schemaOf(schema, name);
    if (inner !== undefined) defaultCustom(inner, item);
  }
}

function fillIn(value: Fields, name: string, schema: OpenApiSchema): void {
  if (value[name] === null && schema.nullable !== true) delete value[name];
  if (value[name] === undefined && schema.default !== undefined) {
    value[name] = structuredClone(schema.default);
  }
}
