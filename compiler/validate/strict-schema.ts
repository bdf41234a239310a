/** OpenAPI schemas as JSON Schemas that hold a value to what an API server holds it to. */
import type { Definitions, OpenApiSchema } from '#model/schema.ts';

/** A JSON Schema (draft 7), with `uniqueBy` as a keyword of ours. */
export type StrictSchema = boolean | { readonly [keyword: string]: unknown };

/** Items of a list that are one: by their keys, each with its default; by their value when there are none. */
export interface UniqueBy {
  readonly keys: readonly string[];
  readonly defaults: Readonly<Record<string, unknown>>;
}

const prefix = '#/components/schemas/';
/** Where the definitions of the built-in kinds are found. */
export const builtinId = 'kubernetes';
const objectMeta = `${builtinId}#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta`;

/** What the schemas of these say is less than what is read of them. Source: their Go types. */
const special: Readonly<Record<string, StrictSchema>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': {
    type: ['string', 'number'],
    format: 'quantity',
  },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['integer', 'string'] },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': true,
};

/** The definitions of the built-in kinds, which refer to one another. */
export function strictDefinitions(definitions: Definitions): StrictSchema {
  const convert = new Conversion(definitions);
  const converted = Object.entries(definitions).map(
    ([name, schema]) => [name, special[name] ?? convert.closed(schema)] as const,
  );
  return { $id: builtinId, definitions: Object.fromEntries(converted) };
}

/** The schema of a custom resource: what its definition says, and what every object has. */
export function strictCustom(schema: OpenApiSchema): StrictSchema {
  return new Conversion().object({ type: 'object', ...schema });
}

class Conversion {
  /** Those that are referred to; the schemas of custom resources refer to none. */
  readonly #definitions: Definitions | undefined;

  constructor(definitions?: Definitions) {
    this.#definitions = definitions;
  }

  /** With type and metadata, whether or not the schema names them. */
  object(schema: OpenApiSchema): StrictSchema {
    const { apiVersion: _, kind: __, metadata: ___, ...properties } = schema.properties ?? {};
    const closed = this.closed({ ...schema, properties });
    const type = { type: 'string' };
    const own = { apiVersion: type, kind: type, metadata: { $ref: objectMeta } };
    if (typeof closed === 'boolean') return closed;
    return { ...closed, properties: { ...Object(closed.properties), ...own } };
  }

  /** The schema of a value: fields that it does not name are refused. */
  closed(schema: OpenApiSchema): StrictSchema {
    const ref = schema.$ref ?? (schema.properties ? undefined : schema.allOf?.[0]?.$ref);
    if (ref !== undefined) return { $ref: `#/definitions/${ref.slice(prefix.length)}` };
    return {
      ...this.open(schema),
      ...formOf(schema),
      ...this.#properties(schema),
      ...(schema.items && { items: this.#inner(schema.items) }),
      ...this.#uniqueBy(schema),
    };
  }

  /** What is said of a value without saying what it is made of: limits, and schemas in allOf and the like. */
  open(schema: OpenApiSchema): { readonly [keyword: string]: unknown } {
    const { pattern, exclusiveMinimum, exclusiveMaximum, allOf, anyOf, oneOf, not } = schema;
    const inJunctors = (list: readonly OpenApiSchema[]) => list.map((one) => this.#loose(one));
    return {
      ...pick(schema, limits),
      ...(schema.enum && { enum: wordsOf(schema) }),
      ...(exclusiveMinimum === true && { exclusiveMinimum: schema.minimum }),
      ...(exclusiveMaximum === true && { exclusiveMaximum: schema.maximum }),
      ...(pattern !== undefined && isPattern(pattern) && { pattern }),
      ...(allOf && { allOf: inJunctors(allOf) }),
      ...(anyOf && !schema['x-kubernetes-int-or-string'] && { anyOf: inJunctors(anyOf) }),
      ...(oneOf && { oneOf: inJunctors(oneOf) }),
      ...(not && { not: this.#loose(not) }),
    };
  }

  /** A schema inside a junctor: it limits values, and fields that it does not name may be there. */
  #loose(schema: OpenApiSchema): StrictSchema {
    const { properties = {}, items, required } = schema;
    const inner = Object.entries(properties).map(
      ([name, one]) => [name, this.#loose(one)] as const,
    );
    return {
      ...this.open(schema),
      ...(schema.type !== undefined && formOf(schema)),
      ...(required && { required }),
      ...(inner.length > 0 && { properties: Object.fromEntries(inner) }),
      ...(items && { items: this.#loose(items) }),
    };
  }

  #inner(schema: OpenApiSchema): StrictSchema {
    return schema['x-kubernetes-embedded-resource'] ? this.object(schema) : this.closed(schema);
  }

  #properties(schema: OpenApiSchema): { readonly [keyword: string]: unknown } {
    const { properties, additionalProperties, required } = schema;
    const inner = Object.entries(properties ?? {}).map(
      ([name, one]) => [name, this.#inner(one)] as const,
    );
    return {
      ...(required && { required }),
      ...(properties && { properties: Object.fromEntries(inner) }),
      ...(typeof additionalProperties === 'object' && {
        additionalProperties: this.#inner(additionalProperties),
      }),
      ...(additionalProperties === undefined &&
        this.#isClosed(schema) && { additionalProperties: false }),
    };
  }

  /** A built-in object without fields of its own is free JSON; what a custom one does not name is dropped. */
  #isClosed(schema: OpenApiSchema): boolean {
    if (schema['x-kubernetes-preserve-unknown-fields'] === true) return false;
    const isCustom = this.#definitions === undefined;
    return schema.properties !== undefined || (isCustom && schema.type === 'object');
  }

  #uniqueBy(schema: OpenApiSchema): { readonly uniqueBy?: UniqueBy } {
    const type = schema['x-kubernetes-list-type'];
    if (type !== 'set' && type !== 'map') return {};
    const keys = type === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [];
    const item = this.#resolve(schema.items);
    const defaults = keys.map((key) => [key, item.properties?.[key]?.default] as const);
    return { uniqueBy: { keys, defaults: Object.fromEntries(defaults) } };
  }

  #resolve(schema: OpenApiSchema = {}): OpenApiSchema {
    const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
    return ref === undefined ? schema : (this.#definitions?.[ref.slice(prefix.length)] ?? {});
  }
}

const limits = [
  ...['minimum', 'maximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems'],
  ...['minProperties', 'maxProperties'],
] as (keyof OpenApiSchema)[];

function pick(
  schema: OpenApiSchema,
  keywords: readonly (keyof OpenApiSchema)[],
): { readonly [keyword: string]: unknown } {
  return Object.fromEntries(
    keywords.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]),
  );
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};
const formats: ReadonlySet<string> = new Set(['byte', 'date-time']);

function formOf(schema: OpenApiSchema): { readonly [keyword: string]: unknown } {
  if (schema['x-kubernetes-int-or-string'])
    return { type: withNull(['integer', 'string'], schema) };
  const { type, format = '' } = schema;
  const range = type === 'integer' ? ranges[format] : undefined;
  return {
    ...(type !== undefined && { type: withNull([type], schema) }),
    ...(range && schema.minimum === undefined && { minimum: range[0] }),
    ...(range && schema.maximum === undefined && { maximum: range[1] }),
    ...(formats.has(format) && { format }),
  };
}

function withNull(
  types: readonly string[],
  { nullable }: OpenApiSchema,
): string | readonly string[] {
  if (nullable === true) return [...types, 'null'];
  return types.length === 1 ? (types[0] ?? 'string') : types;
}

/** A value that may be null may be so whatever words it takes else. */
function wordsOf(schema: OpenApiSchema): readonly unknown[] {
  return [...(schema.enum ?? []), ...(schema.nullable ? [null] : [])];
}

/** Go's patterns are not all JavaScript's: one that is not is left to the API server. */
function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
