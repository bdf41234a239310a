/**
 * The shape of a value: its fields, list keys and merge rules. Shapes are built once from OpenAPI;
 * patches, server-side apply, pruning and decoding read them.
 */
import type { Value } from '../object.ts';
import type { Definitions, OpenApiSchema } from './openapi-schema.ts';

export type Shape = ScalarShape | AnyShape | MapShape | StructShape | ListShape;

export type ScalarType =
  | 'string'
  | 'bytes'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'int-or-string'
  | 'quantity'
  | 'time';

interface ScalarShape {
  readonly is: 'scalar';
  readonly type: ScalarType;
}

/** Any value. A patch merges its maps by key, and replaces its lists as a whole. */
export interface AnyShape {
  readonly is: 'any';
}

/** A map from any key to values of one shape. */
export interface MapShape {
  readonly is: 'map';
  readonly values: Shape;
  readonly atomic: boolean;
}

/** An object with named fields. */
export interface StructShape {
  readonly is: 'struct';
  readonly fields: ReadonlyMap<string, Field>;
  readonly required: readonly string[];
  readonly atomic: boolean;
  /** Whether decoding keeps fields that are not in `fields`. */
  readonly open: boolean;
}

/** A list. `merges` says how an apply merges its items. */
export interface ListShape {
  readonly is: 'list';
  readonly items: Shape;
  readonly merges: 'atomic' | 'set' | 'map';
  /** Keys of a `map` list, in schema order; otherwise empty. */
  readonly keys: readonly string[];
}

/** A field of a struct. */
export interface Field {
  readonly shape: Shape;
  /** Default of the field. */
  readonly fallback?: Value;
  /** Strategies of a strategic merge patch: `merge`, `replace` and `retainKeys`, separated by commas. */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  /** Protobuf field numbers. There are several when JSON inlines a message, and none when they are unknown. */
  readonly numbers: readonly number[];
  /** Whether JSON omits the zero value (`""`, 0, false, empty). */
  readonly omitsZero: boolean;
}

export const anyShape: AnyShape = { is: 'any' };

const refPrefix = '#/components/schemas/';
const scalarTypes: Readonly<Record<string, ScalarType>> = {
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  string: 'string',
};
const scalarFormats: Readonly<Record<string, ScalarType>> = {
  'int-or-string': 'int-or-string',
  'date-time': 'time',
  byte: 'bytes',
};

/** Converts schemas into shapes. It converts each named definition once, on first use. */
export class ShapeBuilder {
  readonly #definitions: Definitions;
  readonly #named = new Map<string, Shape>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /**
   * Returns the shape of a definition.
   *
   * @throws Error when `name` is not among the definitions
   */
  named(name: string): Shape {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const definition = this.#definitions[name];
    if (definition === undefined) throw new Error(`unknown schema ${name}`);
    const shape = name.endsWith('.Quantity')
      ? ({ is: 'scalar', type: 'quantity' } as const)
      : this.shapeOf(definition);
    this.#named.set(name, shape);
    return shape;
  }

  /** Converts a schema. A reference becomes the shape of the definition. */
  shapeOf(schema: OpenApiSchema): Shape {
    const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (ref !== undefined) return this.#referred(schema, ref.slice(refPrefix.length));
    if (schema['x-kubernetes-int-or-string']) return { is: 'scalar', type: 'int-or-string' };
    const scalar = scalarFormats[schema.format ?? ''] ?? scalarTypes[schema.type ?? ''];
    if (scalar !== undefined) return { is: 'scalar', type: scalar };
    if (schema.type === 'array') return this.#list(schema);
    if (schema.properties !== undefined) return this.#struct(schema);
    if (typeof schema.additionalProperties === 'object') {
      const values = this.shapeOf(schema.additionalProperties);
      return { is: 'map', values, atomic: schema['x-kubernetes-map-type'] === 'atomic' };
    }
    return anyShape;
  }

  #referred(schema: OpenApiSchema, name: string): Shape {
    const shape = this.named(name);
    const mapType = schema['x-kubernetes-map-type'];
    if (mapType === undefined || shape.is !== 'struct') return shape;
    return { ...shape, atomic: mapType === 'atomic' };
  }

  #list(schema: OpenApiSchema): ListShape {
    const items = schema.items === undefined ? anyShape : this.shapeOf(schema.items);
    const type = schema['x-kubernetes-list-type'];
    const keys = type === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [];
    return { is: 'list', items, merges: type === 'map' || type === 'set' ? type : 'atomic', keys };
  }

  #struct(schema: OpenApiSchema): StructShape {
    return {
      is: 'struct',
      fields: this.#fields(schema.properties ?? {}),
      required: schema.required ?? [],
      atomic: schema['x-kubernetes-map-type'] === 'atomic',
      open: schema['x-kubernetes-preserve-unknown-fields'] === true,
    };
  }

  #fields(properties: Readonly<Record<string, OpenApiSchema>>): ReadonlyMap<string, Field> {
    return new Map(
      Object.entries(properties).map(([name, schema]) => [name, this.#field(schema)] as const),
    );
  }

  /** Converts a property; its shape is a getter because a type can contain itself. */
  #field(schema: OpenApiSchema): Field {
    const build = (): Shape => this.shapeOf(schema);
    let built: Shape | undefined;
    const strategy = schema['x-kubernetes-patch-strategy'];
    const key = schema['x-kubernetes-patch-merge-key'];
    return {
      get shape(): Shape {
        built ??= build();
        return built;
      },
      ...(schema.default !== undefined && { fallback: schema.default }),
      ...(strategy !== undefined && { patchStrategy: strategy }),
      ...(key !== undefined && { patchMergeKey: key }),
      numbers: schema['x-protobuf']?.split('.').map(Number) ?? [],
      omitsZero: schema['x-omits-zero'] === true,
    };
  }
}

/** Returns field `name` of `shape`: a struct field, the values of a map, or any value. */
export function fieldOf(shape: Shape, name: string): Field {
  const found = shape.is === 'struct' ? shape.fields.get(name) : undefined;
  if (found !== undefined) return found;
  return { shape: shape.is === 'map' ? shape.values : anyShape, numbers: [], omitsZero: false };
}

/** Returns the shape of field `name` in `shape`, as `fieldOf` does. */
export function fieldShape(shape: Shape, name: string): Shape {
  return fieldOf(shape, name).shape;
}

/** Reports whether the schema declares the field, so that it can exist without an owner. */
export function isNamedField(shape: Shape, name: string): boolean {
  return shape.is === 'struct' && shape.fields.has(name);
}
