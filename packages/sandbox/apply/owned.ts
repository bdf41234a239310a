/** Computes the paths that an applied configuration owns. */
import { isFields, type Value } from '../object.ts';
import { fieldShape, isNamedField, type ListShape, type Shape } from '../schema/shape.ts';
import { emptySet, type FieldSet, fieldSet } from './field-set.ts';
import { namedItems } from './list-items.ts';
import { fieldElement, type PathElement } from './path.ts';

/**
 * Returns the paths that an applier of `value` owns: every leaf, every list item and every map
 * entry. A struct that the schema declares is not owned because of a field inside it.
 *
 * @throws ApiError 400 when a list item lacks its keys or repeats them
 */
export function ownedFields(shape: Shape, value: Value): FieldSet {
  if (Array.isArray(value) && shape.is === 'list' && shape.merges !== 'atomic') {
    return ownedItems(shape, value);
  }
  if (!isFields(value) || isAtomic(shape)) return emptySet;
  const members: PathElement[] = [];
  const children: [PathElement, FieldSet][] = [];
  for (const [name, below] of Object.entries(value)) {
    const inner = fieldShape(shape, name);
    const element = fieldElement(name);
    if (isLeaf(inner, below) || !isNamedField(shape, name)) members.push(element);
    children.push([element, ownedFields(inner, below)]);
  }
  return fieldSet(members, children);
}

function ownedItems(shape: ListShape, value: readonly Value[]): FieldSet {
  const items = [...namedItems(shape, value, true)];
  return fieldSet(
    items.map(([element]) => element),
    items.map(([element, item]) => [element, ownedFields(shape.items, item)]),
  );
}

/** Reports whether a value of this shape has one owner as a whole. */
export function isAtomic(shape: Shape): boolean {
  if (shape.is === 'list') return shape.merges === 'atomic';
  return (shape.is === 'struct' || shape.is === 'map') && shape.atomic;
}

function isLeaf(shape: Shape, value: Value): boolean {
  if (value === null || isAtomic(shape)) return true;
  if (Array.isArray(value)) return shape.is !== 'list';
  return !isFields(value) || Object.keys(value).length === 0;
}

/**
 * Adds the declared structs above each path, so that a struct counts as owned when a field inside
 * it is owned.
 */
export function withNamedParents(shape: Shape, set: FieldSet): FieldSet {
  const members = new Set(set.members);
  const children = [...set.children].map(([element, child]) => {
    const name = element.slice(2);
    const isField = element.startsWith('f:');
    if (!isField || isNamedField(shape, name)) members.add(element);
    const inner = isField ? fieldShape(shape, name) : itemShape(shape);
    return [element, withNamedParents(inner, child)] as const;
  });
  return fieldSet(members, children);
}

function itemShape(shape: Shape): Shape {
  return shape.is === 'list' ? shape.items : shape;
}
