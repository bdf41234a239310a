/** Removes paths from a value. */
import { isFields, type Value } from '../object.ts';
import { fieldShape, type ListShape, type Shape } from '../schema/shape.ts';
import type { FieldSet } from './field-set.ts';
import { isEmpty } from './field-set.ts';
import { isAtomic } from './owned.ts';
import { fieldElement, itemElement } from './path.ts';

/**
 * Returns a copy of `value` without the members of `set` and everything below them. It also removes
 * a map or list that becomes empty, which an applier expects when it removes the last entry of a
 * map.
 */
export function removeFields(shape: Shape, value: Value, set: FieldSet): Value {
  if (isEmpty(set) || isAtomic(shape)) return value;
  if (shape.is === 'list' && Array.isArray(value)) return removeItems(shape, value, set);
  if (!isFields(value)) return value;
  const kept = Object.entries(value).flatMap(([name, below]) => {
    const element = fieldElement(name);
    if (set.members.has(element)) return [];
    const child = set.children.get(element);
    if (child === undefined) return [[name, below] as const];
    const rest = removeFields(fieldShape(shape, name), below, child);
    return isEmptied(below, rest) ? [] : [[name, rest] as const];
  });
  return Object.fromEntries(kept);
}

function removeItems(shape: ListShape, value: readonly Value[], set: FieldSet): Value[] {
  return value.flatMap((item) => {
    const element = itemElement(shape, item);
    if (element === undefined) return [item];
    if (set.members.has(element)) return [];
    const child = set.children.get(element);
    return [child === undefined ? item : removeFields(shape.items, item, child)];
  });
}

function isEmptied(before: Value, after: Value): boolean {
  return size(before) > 0 && size(after) === 0;
}

function size(value: Value): number {
  if (Array.isArray(value)) return value.length;
  return isFields(value) ? Object.keys(value).length : 1;
}
