import type * as v from 'valibot';

/** A JSON Schema of draft 7. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The properties of valibot's schemas and actions that this file reads. */
interface Node {
  readonly kind: 'schema' | 'validation' | 'transformation' | 'metadata';
  readonly type: string;
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly value?: Node;
  readonly wrapped?: Node;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly requirement?: unknown;
  readonly default?: unknown;
  readonly pipe?: readonly Node[];
}

/**
 * Returns the JSON Schema of what a schema of valibot accepts. Leaves out checks by functions, so that it accepts
 * everything that the schema accepts.
 *
 * @throws Error for a type of schema that it does not know
 */
export function jsonSchemaOf(schema: v.GenericSchema): JsonSchema {
  return convert(schema as unknown as Node);
}

function convert(node: Node): JsonSchema {
  const { pipe = [] } = node;
  const end = pipe.findIndex(({ kind }) => kind === 'transformation');
  // What follows a transformation checks its result, and not what the author writes.
  const given = end < 0 ? pipe.slice(1) : pipe.slice(1, end);
  const start = base(node);
  const keywords = given.map((check) => constraint(check, start.type === 'array'));
  return Object.assign({}, start, ...keywords) as JsonSchema;
}

function base(node: Node): JsonSchema {
  switch (node.type) {
    case 'strict_object':
      return { ...objectOf(node), additionalProperties: false };
    case 'loose_object':
    case 'object':
      return objectOf(node);
    case 'record':
      return { type: 'object', additionalProperties: convert(required(node.value)) };
    case 'array':
      return { type: 'array', items: convert(required(node.item)) };
    case 'optional':
    case 'exact_optional':
      return convert(required(node.wrapped));
    case 'union':
      return { anyOf: node.options?.map((option) => convert(option as Node)) };
    case 'intersect':
      return { allOf: node.options?.map((option) => convert(option as Node)) };
    case 'picklist':
      return { enum: node.options };
    case 'literal':
      return { const: node.literal };
    case 'bigint':
      return { type: 'integer' };
    case 'custom':
    case 'unknown':
      return {};
    case 'string':
    case 'number':
    case 'boolean':
      return { type: node.type };
    default:
      throw new Error(`no JSON Schema for ${node.type}`);
  }
}

function objectOf({ entries = {} }: Node): JsonSchema {
  const fields = Object.entries(entries);
  const needed = fields.filter(([, { type }]) => !/optional$/.test(type)).map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldOf(field)])),
    ...(needed.length > 0 && { required: needed }),
  };
}

/** Returns the schema of a field, with its default where that is a plain value. */
function fieldOf(field: Node): JsonSchema {
  const isPlain = /^(string|number|boolean)$/.test(typeof field.default);
  return { ...convert(field), ...(isPlain && { default: field.default }) };
}

/** Returns the keyword of a check; nothing for a check by a function. */
function constraint({ type, requirement }: Node, isList: boolean): JsonSchema {
  switch (type) {
    case 'regex':
      return { pattern: (requirement as RegExp).source };
    case 'min_length':
      return isList ? { minItems: requirement } : { minLength: requirement };
    case 'non_empty':
      return isList ? { minItems: 1 } : { minLength: 1 };
    case 'max_length':
      return isList ? { maxItems: requirement } : { maxLength: requirement };
    case 'min_value':
      return { minimum: requirement };
    case 'max_value':
      return { maximum: requirement };
    case 'integer':
      return { type: 'integer' };
    default:
      return {};
  }
}

function required(node: Node | undefined): Node {
  if (node === undefined) throw new Error('a schema lacks its content');
  return node;
}
