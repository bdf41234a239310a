import * as v from 'valibot';
import type { Diagnostic, Report } from '#model/diagnostic.ts';
import { pathToLeaf } from '#model/leaf.ts';
import { nearestWord } from '#model/nearest.ts';
import { fieldName, pointerTo } from '#model/pointer.ts';
import { cureOf } from './cure.ts';
import type { RawObject } from './documents.ts';

/**
 * Checks an object against a schema and returns it with defaults. If it does not match, reports
 * each violation and returns undefined. `title` starts the messages, such as `PropagationPolicy
 * default/web`.
 */
export function checkShape<T>(
  schema: v.GenericSchema<unknown, T>,
  { value, at }: RawObject,
  title: string,
  report: Report,
): T | undefined {
  const given = dropNulls(value);
  const lists = listsForMaps(schema as SchemaNode, given);
  for (const path of lists) {
    const message = `${title}: ${fieldName(path)} must be a map, not a list`;
    report({
      code: 'parse/invalid-value',
      severity: 'error',
      message,
      at: at(pointerTo(path)),
      hint: 'remove "- " before its fields',
    });
  }
  const result = v.safeParse(schema, given);
  if (result.success && lists.length === 0) return result.output;
  const isReported = (issue: v.BaseIssue<unknown>) =>
    lists.some((list) => list.every((key, index) => key === pathOf(issue)[index]));
  for (const issue of result.issues ?? []) {
    if (!isReported(issue)) report(diagnosticOf(issue, { schema, at, title }));
  }
  return undefined;
}

/** Returns the paths of lists where the schema has a map, which valibot accepts. */
function listsForMaps(schema: SchemaNode, value: unknown): readonly (readonly string[])[] {
  const node = unwrap(schema);
  if (typeof value !== 'object' || value === null || node === undefined) return noLists;
  const isMap = node.entries !== undefined || node.type === 'record';
  if (isMap && Array.isArray(value)) return [[]];
  let found = noLists;
  for (const key in value) {
    const of = node.entries === undefined ? node.item : node.entries[key];
    if (of === undefined) continue;
    const below = listsForMaps(of, (value as Readonly<Record<string, unknown>>)[key]);
    if (below.length > 0) found = [...found, ...below.map((path) => [key, ...path])];
  }
  return found;
}

const noLists: readonly (readonly string[])[] = [];

/**
 * Drops nulls, as an API server does for fields that are not nullable. The `value` of a patch may
 * be null.
 */
function dropNulls(value: unknown): unknown {
  if (pathToLeaf(value, (leaf) => leaf === null) === undefined) return value;
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  const isPatch = 'path' in value || 'subPath' in value;
  const isKept = (key: string) => isPatch && key === 'value';
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => member !== null || isKept(key))
      .map(([key, member]) => [key, isKept(key) ? member : dropNulls(member)]),
  );
}

interface Checked {
  readonly schema: v.GenericSchema;
  readonly at: RawObject['at'];
  readonly title: string;
}

function diagnosticOf(issue: v.BaseIssue<unknown>, { schema, at, title }: Checked): Diagnostic {
  const path = pathOf(issue);
  const pointer = pointerTo(path);
  const field = fieldName(path);
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const known = fieldsAt(schema, path.slice(0, -1));
    return {
      code: 'parse/unknown-field',
      severity: 'error',
      message: `${title} has an unknown field ${field}`,
      at: at(pointer, { key: true }),
      hint: suggestion(path.at(-1) ?? '', known),
    };
  }
  if (issue.kind === 'schema' && issue.received === 'undefined') {
    return {
      code: 'parse/missing-field',
      severity: 'error',
      message: `${title} lacks ${field}`,
      at: at(pointer),
      hint: `add ${field}`,
    };
  }
  const cure = cureOf(issue, field);
  return {
    code: 'parse/invalid-value',
    severity: 'error',
    message: `${title}: ${field} ${complaint(issue)}`,
    at: at(pointer),
    ...(cure === undefined ? {} : { hint: cure }),
  };
}

function pathOf({ path }: v.BaseIssue<unknown>): readonly string[] {
  return (path ?? []).map(({ key }) => String(key));
}

function complaint(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === 'validation') {
    const isShort = !/^(Object|Array)$/.test(issue.received);
    return isShort ? `${issue.message}: ${issue.received}` : issue.message;
  }
  const expected = (issue.expected ?? 'another value')
    .replace(/[()]/g, '')
    .replaceAll(' | ', ' or ')
    .replace(/^Object$/, 'a map')
    .replace(/^Array$/, 'a list');
  return `must be ${expected}, not ${issue.received}`;
}

function suggestion(unknown: string, known: readonly string[]): string {
  const nearest = nearestWord(unknown, known);
  if (nearest !== undefined) return `did you mean ${nearest}?`;
  return known.length === 0 ? 'remove it' : `known fields: ${known.join(', ')}`;
}

/** The properties of valibot's schemas that lead to a strict object. */
interface SchemaNode {
  readonly type?: string;
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly item?: SchemaNode;
  readonly wrapped?: SchemaNode;
  readonly pipe?: readonly SchemaNode[];
}

function fieldsAt(schema: v.GenericSchema, path: readonly string[]): readonly string[] {
  let node: SchemaNode | undefined = unwrap(schema as SchemaNode);
  for (const key of path) node = unwrap(node?.entries?.[key] ?? node?.item);
  return Object.keys(node?.entries ?? {});
}

function unwrap(node: SchemaNode | undefined): SchemaNode | undefined {
  if (node?.wrapped !== undefined) return unwrap(node.wrapped);
  return node?.entries === undefined && node?.pipe !== undefined ? unwrap(node.pipe[0]) : node;
}
