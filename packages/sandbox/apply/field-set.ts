/**
 * Sets of field paths, stored as trees. A set contains the fields that a manager owns, or those
 * that a request changed.
 */
import { type Fields, isFields, type Value } from '../object.ts';
import type { PathElement } from './path.ts';

/**
 * `members` are paths in the set. `children` holds the paths below an element, whether or not the
 * element is a member.
 */
export interface FieldSet {
  readonly members: ReadonlySet<PathElement>;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

export const emptySet: FieldSet = { members: new Set(), children: new Map() };

export function isEmpty({ members, children }: FieldSet): boolean {
  return members.size === 0 && children.size === 0;
}

/** Builds a set and omits empty children. */
export function fieldSet(
  members: Iterable<PathElement>,
  children: Iterable<readonly [PathElement, FieldSet]> = [],
): FieldSet {
  return {
    members: new Set(members),
    children: new Map([...children].filter(([, child]) => !isEmpty(child))),
  };
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    children.set(element, union(children.get(element) ?? emptySet, child));
  }
  return { members: new Set([...a.members, ...b.members]), children };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return fieldSet(
    [...a.members].filter((element) => b.members.has(element)),
    [...a.children].map(([element, child]) => [
      element,
      intersection(child, b.children.get(element) ?? emptySet),
    ]),
  );
}

/** Returns the paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  return fieldSet(
    [...a.members].filter((element) => !b.members.has(element)),
    [...a.children].map(([element, child]) => [
      element,
      difference(child, b.children.get(element) ?? emptySet),
    ]),
  );
}

/** Returns the paths of `a` that are neither in `b` nor below a member of `b`. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  return fieldSet(
    [...a.members].filter((element) => !b.members.has(element)),
    [...a.children]
      .filter(([element]) => !b.members.has(element))
      .map(([element, child]) => [element, without(child, b.children.get(element) ?? emptySet)]),
  );
}

/** Returns every path in the set, sorted by its text. */
export function pathsOf(set: FieldSet): PathElement[][] {
  const own = [...set.members].map((element) => [element]);
  const below = [...set.children].flatMap(([element, child]) =>
    pathsOf(child).map((path) => [element, ...path]),
  );
  return [...own, ...below].sort((a, b) => (a.join('') < b.join('') ? -1 : 1));
}

/** Encodes as FieldsV1 JSON: a leaf is `{}`, and `"."` marks an element that is itself a member. */
export function toFieldsV1(set: FieldSet): Fields {
  const fields: Fields = {};
  for (const element of [...new Set([...set.members, ...set.children.keys()])].sort()) {
    const child = set.children.get(element);
    const below = child === undefined ? {} : toFieldsV1(child);
    fields[element] =
      child !== undefined && set.members.has(element) ? { '.': {}, ...below } : below;
  }
  return fields;
}

export function fromFieldsV1(fields: Value | undefined): FieldSet {
  if (!isFields(fields)) return emptySet;
  const members = new Set<PathElement>();
  const children = new Map<PathElement, FieldSet>();
  for (const [key, below] of Object.entries(fields)) {
    if (!isElement(key)) continue;
    const child = fromFieldsV1(below);
    if (isEmpty(child) || (isFields(below) && '.' in below)) members.add(key);
    if (!isEmpty(child)) children.set(key, child);
  }
  return { members, children };
}

function isElement(key: string): key is PathElement {
  return /^[fkvi]:/.test(key);
}
