import jsonPatch from 'fast-json-patch';
import type { Operator } from '#model/override.ts';
import { pathOf, pointerTo } from '#model/pointer.ts';

/** One operation of a JSON patch (RFC 6902), as far as overriders know them. */
export interface PatchOperation {
  readonly operator: Operator;
  /** Where in the document. */
  readonly path: string;
  /** null when absent. */
  readonly value?: unknown;
}

export type Patched =
  | {
      readonly type: 'changed';
      readonly document: unknown;
      /** JSON pointer to what was changed, with plain indexes. */
      readonly touched: string;
    }
  | ({ readonly type: 'failed' } & PatchFault);

/** Why an operation has no place in the document; the hint tells the nearest one. */
interface PatchFault {
  readonly message: string;
  readonly hint: string;
}

/**
 * Applies one operation to JSON, in which objects may be Maps. The input stays as it is; what the
 * operation doesn't change is shared with it. Beyond RFC 6902, an index below 0 counts from the end.
 *
 * Source: Karmada v1.18, vendor/github.com/evanphx/json-patch/v5 with its default options.
 */
export function patchDocument(document: unknown, operation: PatchOperation): Patched {
  const { operator, path, value } = operation;
  if (path === '' && operator !== 'remove' && !isObject(value)) {
    return { type: 'failed', message: `has no place to ${operator} ''`, hint: rootHint };
  }
  const isPointer = path === '' || path.includes('/');
  const found = isPointer ? resolve(document, pathOf(path), operator) : undefined;
  if (found === undefined) return { type: 'failed', ...faultOf(document, operation) };
  return {
    type: 'changed',
    document: withChange(document, found, operation),
    touched: pointerTo(found),
  };
}

const rootHint = 'only a map or a list can be the whole: give the path of a field, with a slash';

/** The name of a member or the index of an item. */
type Key = string | number;

/** The keys that lead to where the operation has its effect, or undefined when it cannot have any. */
function resolve(
  document: unknown,
  path: readonly string[],
  operator: Operator,
): readonly Key[] | undefined {
  const last = path.at(-1);
  if (last === undefined) return operator === 'remove' ? undefined : [];
  const found: Key[] = [];
  let parent = document;
  for (const token of path.slice(0, -1)) {
    const key = existingKey(parent, token);
    if (key === undefined) return undefined;
    found.push(key);
    parent = memberOf(parent, key);
  }
  const key = operator === 'add' ? newKey(parent, last) : existingKey(parent, last);
  return key === undefined ? undefined : [...found, key];
}

function existingKey(parent: unknown, token: string): Key | undefined {
  if (!Array.isArray(parent)) return hasMember(parent, token) ? token : undefined;
  const index = indexOf(token, parent.length);
  return index !== undefined && index < parent.length ? index : undefined;
}

/** A new item goes before the one at its index; `-`, the length and -1 put it at the end. */
function newKey(parent: unknown, token: string): Key | undefined {
  if (!Array.isArray(parent)) return isObject(parent) && isAssignable(token) ? token : undefined;
  return token === '-' ? parent.length : indexOf(token, parent.length + 1);
}

/** An index among `length` items, or undefined when the token is none or lies beyond them. */
function indexOf(token: string, length: number): number | undefined {
  if (!/^[-+]?\d{1,9}$/.test(token)) return undefined;
  const index = Number(token) < 0 ? Number(token) + length : Number(token);
  return index >= 0 && index < length ? index : undefined;
}

/** The document with the change; the containers that lead to it are copies. */
function withChange(
  document: unknown,
  path: readonly Key[],
  change: Omit<PatchOperation, 'path'>,
): unknown {
  const { operator, value = null } = change;
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = copyOf(document);
  if (rest.length > 0) {
    const member = withChange(memberOf(copy, key), rest, change);
    if (copy instanceof Map) copy.set(key, member);
    else Object.assign(copy, { [key]: member });
  } else if (copy instanceof Map) {
    if (operator === 'remove') copy.delete(key);
    else copy.set(key, value);
  } else {
    const patch = { op: operator, path: pointerTo([key]), value };
    jsonPatch.applyOperation(copy, patch, false, true, false);
  }
  return copy;
}

function copyOf(container: unknown): object {
  if (container instanceof Map) return new Map(container);
  return Array.isArray(container) ? [...container] : { ...(container as object) };
}

function memberOf(parent: unknown, key: Key): unknown {
  if (parent instanceof Map) return parent.get(key);
  return (parent as Readonly<Record<Key, unknown>>)[key];
}

function hasMember(parent: unknown, key: string): boolean {
  if (parent instanceof Map) return parent.has(key);
  return isObject(parent) && isAssignable(key) && Object.hasOwn(parent, key);
}

/** Assigning to `__proto__` would not make a member. */
function isAssignable(key: string): boolean {
  return key !== '__proto__';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Names the value nearest to the path that does exist, because that is where the author looks. */
function faultOf(document: unknown, { operator, path }: PatchOperation): PatchFault {
  const found: Key[] = [];
  let nearest = document;
  for (const token of pathOf(path)) {
    const key = existingKey(nearest, token);
    if (key === undefined) break;
    found.push(key);
    nearest = memberOf(nearest, key);
  }
  const place = found.length === 0 ? 'the document itself' : pointerTo(found);
  return {
    message: `has no place to ${operator} ${path === '' ? "''" : path}`,
    hint: `the nearest existing path is ${place}; ${contentsOf(nearest)}`,
  };
}

function contentsOf(value: unknown): string {
  if (Array.isArray(value)) return `it is a list of ${value.length}`;
  if (!isObject(value)) return `it is ${value === null ? 'null' : `a ${typeof value}`}`;
  const keys = value instanceof Map ? [...value.keys()] : Object.keys(value);
  if (keys.length === 0) return 'nothing is below it';
  return `below it: ${keys.slice(0, 20).join(', ')}${keys.length > 20 ? ', …' : ''}`;
}
