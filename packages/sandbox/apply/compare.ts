/** Compares two states of an object path by path. */
import { equal, type Fields, isFields, type Value } from '../object.ts';
import { fieldShape, type ListShape, type Shape } from '../schema/shape.ts';
import { emptySet, type FieldSet, fieldSet, union } from './field-set.ts';
import { namedItems } from './list-items.ts';
import { isAtomic } from './owned.ts';
import { fieldElement, type PathElement } from './path.ts';

/** The fields in which two values differ. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const unchanged: Comparison = { added: emptySet, modified: emptySet, removed: emptySet };

/** Compares two values of `shape`; the resulting paths are relative to them. */
export function compareValues(shape: Shape, before: Value, after: Value): Comparison {
  if (before === after || isAtomic(shape)) return unchanged;
  if (isFields(before) && isFields(after)) return compareFields(shape, before, after);
  if (shape.is === 'list' && Array.isArray(before) && Array.isArray(after)) {
    return compareItems(shape, before, after);
  }
  return unchanged;
}

function compareFields(shape: Shape, before: Fields, after: Fields): Comparison {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return combine(
    [...names].map((name) => {
      const pair: Pair = { element: fieldElement(name), before: before[name], after: after[name] };
      return compareEntry(fieldShape(shape, name), pair);
    }),
  );
}

function compareItems(shape: ListShape, before: Value[], after: Value[]): Comparison {
  const old = namedItems(shape, before, false);
  const current = namedItems(shape, after, false);
  const elements = new Set([...old.keys(), ...current.keys()]);
  return combine(
    [...elements].map((element) =>
      compareEntry(shape.items, { element, before: old.get(element), after: current.get(element) }),
    ),
  );
}

interface Pair {
  readonly element: PathElement;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

function compareEntry(shape: Shape, { element, before, after }: Pair): Comparison {
  if (before === undefined && after !== undefined) {
    return { ...unchanged, added: whole(element, shape, after) };
  }
  if (after === undefined && before !== undefined) {
    return { ...unchanged, removed: whole(element, shape, before) };
  }
  if (before === undefined || after === undefined || equal(before, after)) return unchanged;
  const below = compareValues(shape, normalised(before, after), normalised(after, before));
  const wrap = (set: FieldSet): FieldSet => fieldSet([], [[element, set]]);
  const inner = {
    added: wrap(below.added),
    modified: wrap(below.modified),
    removed: wrap(below.removed),
  };
  const isBranch = isBranchPair(shape, before, after);
  return isBranch ? inner : { ...unchanged, modified: fieldSet([element]) };
}

/**
 * Treats null as empty when the other value is a list or an object: Go encodes a nil list as null.
 */
function normalised(value: Value, other: Value): Value {
  if (value !== null) return value;
  return Array.isArray(other) ? [] : isFields(other) ? {} : value;
}

function isBranchPair(shape: Shape, before: Value, after: Value): boolean {
  if (isAtomic(shape)) return false;
  const [a, b] = [normalised(before, after), normalised(after, before)];
  if (isFields(a) && isFields(b)) return true;
  return shape.is === 'list' && Array.isArray(a) && Array.isArray(b);
}

/** Returns the set of `element` and every path below it. */
function whole(element: PathElement, shape: Shape, value: Value): FieldSet {
  return fieldSet([element], [[element, everyPath(shape, value)]]);
}

function everyPath(shape: Shape, value: Value): FieldSet {
  if (isAtomic(shape)) return emptySet;
  if (isFields(value)) {
    return Object.entries(value)
      .map(([name, below]) => whole(fieldElement(name), fieldShape(shape, name), below))
      .reduce(union, emptySet);
  }
  if (shape.is !== 'list' || !Array.isArray(value)) return emptySet;
  return [...namedItems(shape, value, false)]
    .map(([element, item]) => whole(element, shape.items, item))
    .reduce(union, emptySet);
}

function combine(parts: readonly Comparison[]): Comparison {
  return parts.reduce(
    (all, { added, modified, removed }) => ({
      added: union(all.added, added),
      modified: union(all.modified, modified),
      removed: union(all.removed, removed),
    }),
    unchanged,
  );
}
