/** Validation of custom resources by their OpenAPI schema. CEL rules are not evaluated. */
import { equal, type Fields, isFields, isInteger, type Value } from '../object.ts';
import { type Cause, duplicate, invalidValue, required, unsupported } from '../status.ts';
import type { OpenApiSchema } from './openapi-schema.ts';

/** Returns every violation in `value`; `path` is '' at the root. */
export function conform(schema: OpenApiSchema, value: Value, path = ''): Cause[] {
  if (value === null && schema.nullable === true) return [];
  const mismatch = typeFault(schema, value, path);
  if (mismatch !== undefined) return [mismatch];
  return [
    ...enumFault(schema, value, path),
    ...limitFaults(schema, value, path),
    ...junctorFaults(schema, value, path),
    ...(isFields(value) ? fieldFaults(schema, value, path) : []),
    ...(Array.isArray(value) ? itemFaults(schema, value, path) : []),
  ];
}

function typeFault(schema: OpenApiSchema, value: Value, path: string): Cause | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (typeof value === 'string' || isInteger(value)) return undefined;
    return typeCause(path, 'integer,string', value);
  }
  if (schema.type === undefined || isOfType(schema.type, value)) return undefined;
  return typeCause(path, schema.type, value);
}

function isOfType(type: string, value: Value): boolean {
  switch (type) {
    case 'object':
      return isFields(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return isInteger(value);
    case 'number':
      return isInteger(value) || typeof value === 'number';
    default:
      return typeof value === type;
  }
}

function typeCause(path: string, expected: string, value: Value): Cause {
  const found = typeName(value);
  const field = path === '' ? '<nil>' : path;
  const message = `Invalid value: "${found}": ${path} in body must be of type ${expected}: "${found}"`;
  return { reason: 'FieldValueTypeInvalid', message, field };
}

function typeName(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isInteger(value)) return 'integer';
  return typeof value;
}

function enumFault(schema: OpenApiSchema, value: Value, path: string): Cause[] {
  if (schema.enum === undefined || schema.enum.some((one) => equal(one, value))) return [];
  return [unsupported(path, value, schema.enum.map(String))];
}

/** Checks the limits of OpenAPI, with the messages of the API server. */
function limitFaults(schema: OpenApiSchema, value: Value, path: string): Cause[] {
  const messages: string[] = [];
  const must = (isBroken: boolean, what: string): void => {
    if (isBroken) messages.push(`${path} in body should ${what}`);
  };
  if (typeof value === 'string') textLimits(schema, value, must);
  if (typeof value === 'number' || typeof value === 'bigint') {
    numberLimits(schema, Number(value), must);
  }
  if (Array.isArray(value)) {
    must(value.length < (schema.minItems ?? 0), `have at least ${schema.minItems} items`);
  }
  return [...messages.map((why) => invalidValue(path, value, why)), ...excess(schema, value, path)];
}

/** Checks maxLength and maxItems, which have separate reasons. */
function excess(schema: OpenApiSchema, value: Value, field: string): Cause[] {
  const { maxLength = Infinity, maxItems = Infinity } = schema;
  if (typeof value === 'string' && [...value].length > maxLength) {
    const message = `Too long: may not be more than ${maxLength} bytes`;
    return [{ reason: 'FieldValueTooLong', message, field }];
  }
  if (Array.isArray(value) && value.length > maxItems) {
    const message = `Too many: ${value.length}: must have at most ${maxItems} items`;
    return [{ reason: 'FieldValueTooMany', message, field }];
  }
  return [];
}

type Must = (isBroken: boolean, what: string) => void;

function textLimits(schema: OpenApiSchema, value: string, must: Must): void {
  const length = [...value].length;
  must(length < (schema.minLength ?? 0), `be at least ${schema.minLength} chars long`);
  if (schema.pattern !== undefined) {
    must(!new RegExp(schema.pattern, 'u').test(value), `match '${schema.pattern}'`);
  }
}

function numberLimits(schema: OpenApiSchema, value: number, must: Must): void {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  must(value < minimum, `be greater than or equal to ${minimum}`);
  must(value > maximum, `be less than or equal to ${maximum}`);
  must(schema.exclusiveMinimum === true && value === minimum, `be greater than ${minimum}`);
  must(schema.exclusiveMaximum === true && value === maximum, `be less than ${maximum}`);
}

function junctorFaults(schema: OpenApiSchema, value: Value, path: string): Cause[] {
  const fits = (one: OpenApiSchema): boolean => conform(one, value, path).length === 0;
  const faults = (schema.allOf ?? []).flatMap((one) => conform(one, value, path));
  if (schema.anyOf !== undefined && !schema.anyOf.some(fits)) {
    faults.push(
      invalidValue(path, value, `${path} in body must validate at least one schema (anyOf)`),
    );
  }
  if (schema.oneOf !== undefined && schema.oneOf.filter(fits).length !== 1) {
    faults.push(
      invalidValue(path, value, `${path} in body must validate one and only one schema (oneOf)`),
    );
  }
  if (schema.not !== undefined && fits(schema.not)) {
    faults.push(invalidValue(path, value, `${path} in body must not validate the schema (not)`));
  }
  return faults;
}

function fieldFaults(schema: OpenApiSchema, value: Fields, path: string): Cause[] {
  const missing = (schema.required ?? []).filter((name) => value[name] === undefined);
  return [
    ...missing.map((name) => required(join(path, name))),
    ...Object.entries(value).flatMap(([name, item]) => {
      const inner = schema.properties?.[name] ?? schema.additionalProperties;
      return typeof inner === 'object' ? conform(inner, item, join(path, name)) : [];
    }),
  ];
}

function itemFaults(schema: OpenApiSchema, value: readonly Value[], path: string): Cause[] {
  const { items } = schema;
  if (items === undefined) return [];
  return [
    ...value.flatMap((item, index) => conform(items, item, `${path}[${index}]`)),
    ...duplicateFaults(schema, value, path),
  ];
}

/** Reports duplicate items: members of a set, and items of a map with the same keys. */
function duplicateFaults(schema: OpenApiSchema, value: readonly Value[], path: string): Cause[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const identities = value.map((item) =>
    type === 'map' && isFields(item)
      ? JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key] ?? null])))
      : JSON.stringify(item),
  );
  return identities.flatMap((identity, index) =>
    identities.indexOf(identity) < index
      ? [duplicate(`${path}[${index}]`, JSON.parse(identity))]
      : [],
  );
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
