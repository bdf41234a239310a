/**
 * JSON patches as Karmada applies them. Regatta has its own resolver because Karmada's differs from RFC 6902:
 * an index below 0 counts from the end, a replaced or removed path must exist, and a path without a
 * slash leads nowhere. It also patches Maps, which keep the order of numeric keys, shares what an
 * operation does not change, and reports the path that it changed.
 *
 * Source: Karmada v1.18, vendor/github.com/evanphx/json-patch/v5 with its default options.
 */
import type { Operator } from '#model/override.ts';
import { pathOf, pointerTo } from '#model/pointer.ts';

/** One operation of a JSON patch (RFC 6902), limited to the operators of overriders. */
export interface PatchOperation {
  readonly operator: Operator;
  /** JSON pointer into the document. */
  readonly path: string;
  /** The new value; absent means null. */
  readonly value?: unknown;
}

/** The result of one operation. */
export type Patched =
  | {
      readonly type: 'changed';
      readonly document: unknown;
      /** JSON pointer to the changed value, with indexes from 0. */
      readonly touched: string;
    }
  | ({ readonly type: 'failed' } & PatchFault);

/** Why a path does not exist in the document; the hint names the nearest path that does. */
interface PatchFault {
  readonly message: string;
  readonly hint: string;
}

/**
 * Applies one operation to JSON, in which objects may be Maps. Does not modify the input. The result shares
 * with it every value that the operation does not change.
 */
export function patchDocument(document: unknown, operation: PatchOperation): Patched {
  const { operator, path, value } = operation;
  if (path === '' && operator !== 'remove' && !isObject(value)) {
    return { type: 'failed', message: missing(operator, path), hint: rootHint };
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

const rootHint =
  'the document root can only become an object or array; use a path such as /metadata/labels';

/** The name of a member or the index of an item. */
type Key = string | number;

/** Returns the keys that lead to the value to change; undefined if the path does not exist. */
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

/** Inserts before the item at the index; `-`, the length and -1 append. */
function newKey(parent: unknown, token: string): Key | undefined {
  if (!Array.isArray(parent)) return isObject(parent) && isAssignable(token) ? token : undefined;
  return token === '-' ? parent.length : indexOf(token, parent.length + 1);
}

/** Returns an index into `length` items; undefined if the token is not an index or the index is out of range. */
function indexOf(token: string, length: number): number | undefined {
  if (!/^[-+]?\d{1,9}$/.test(token)) return undefined;
  const index = Number(token) < 0 ? Number(token) + length : Number(token);
  return index >= 0 && index < length ? index : undefined;
}

/** Returns the document with the change; the containers on the path are copies. */
function withChange(
  document: unknown,
  path: readonly Key[],
  change: Omit<PatchOperation, 'path'>,
): unknown {
  const { operator, value = null } = change;
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = copyOf(document);
  if (rest.length > 0) setMember(copy, key, withChange(memberOf(copy, key), rest, change));
  else if (operator === 'remove') removeMember(copy, key);
  else if (operator === 'add' && Array.isArray(copy)) copy.splice(Number(key), 0, value);
  else setMember(copy, key, value);
  return copy;
}

function setMember(container: object, key: Key, value: unknown): void {
  if (container instanceof Map) container.set(key, value);
  else Object.assign(container, { [key]: value });
}

function removeMember(container: object, key: Key): void {
  if (container instanceof Map) container.delete(key);
  else if (Array.isArray(container)) container.splice(Number(key), 1);
  else Reflect.deleteProperty(container, key);
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

/** Assigning to `__proto__` would set the prototype instead of a member. */
function isAssignable(key: string): boolean {
  return key !== '__proto__';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The hint names the deepest part of the path that exists, because the mistake is just below it. */
function faultOf(document: unknown, { operator, path }: PatchOperation): PatchFault {
  const found: Key[] = [];
  let nearest = document;
  for (const token of pathOf(path)) {
    const key = existingKey(nearest, token);
    if (key === undefined) break;
    found.push(key);
    nearest = memberOf(nearest, key);
  }
  const place = found.length === 0 ? 'the document root' : pointerTo(found);
  return {
    message: missing(operator, path),
    hint: `the nearest existing path is ${place}; ${contentsOf(nearest)}`,
  };
}

function missing(operator: Operator, path: string): string {
  const quoted = path === '' ? "''" : path;
  return operator === 'add' ? `has nowhere to add ${quoted}` : `has no ${quoted} to ${operator}`;
}

function contentsOf(value: unknown): string {
  if (Array.isArray(value)) return `it is a list of ${value.length}`;
  if (!isObject(value)) return `it is ${value === null ? 'null' : `a ${typeof value}`}`;
  const keys = value instanceof Map ? [...value.keys()] : Object.keys(value);
  if (keys.length === 0) return 'it is empty';
  return `its fields: ${keys.slice(0, 20).join(', ')}${keys.length > 20 ? ', …' : ''}`;
}
