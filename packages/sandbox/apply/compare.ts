/** What changed between two states of an object, path by path. */
import { equal, type Fields, isFields, type Value } from '../object.ts';
import { fieldShape, type ListShape, type Shape } from '../schema/shape.ts';
import { emptySet, type FieldSet, fieldSet, union } from './field-set.ts';
import { namedItems } from './list-items.ts';
import { isAtomic } from './owned.ts';
import { fieldElement, type PathElement } from './path.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const same: Comparison = { added: emptySet, modified: emptySet, removed: emptySet };

/** Both states are of `shape`; the paths are relative to them. */
export function compareValues(shape: Shape, before: Value, after: Value): Comparison {
  if (before === after || isAtomic(shape)) return same;
  if (isFields(before) && isFields(after)) return compareFields(shape, before, after);
  if (shape.is === 'list' && Array.isArray(before) && Array.isArray(after)) {
    return compareItems(shape, before, after);
  }
  return same;
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
  const young = namedItems(shape, after, false);
  const elements = new Set([...old.keys(), ...young.keys()]);
  return combine(
    [...elements].map((element) =>
      compareEntry(shape.items, { element, before: old.get(element), after: young.get(element) }),
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
    return { ...same, added: whole(element, shape, after) };
  }
  if (after === undefined && before !== undefined) {
    return { ...same, removed: whole(element, shape, before) };
  }
  if (before === undefined || after === undefined || equal(before, after)) return same;
  const below = compareValues(shape, normalised(before, after), normalised(after, before));
  const wrap = (set: FieldSet): FieldSet => fieldSet([], [[element, set]]);
  const inner = {
    added: wrap(below.added),
    modified: wrap(below.modified),
    removed: wrap(below.removed),
  };
  const isBranch = isBranchPair(shape, before, after);
  return isBranch ? inner : { ...same, modified: fieldSet([element]) };
}

/** A null beside a list or an object is an empty one: Go writes an unset list as null. */
function normalised(value: Value, beside: Value): Value {
  if (value !== null) return value;
  return Array.isArray(beside) ? [] : isFields(beside) ? {} : value;
}

function isBranchPair(shape: Shape, before: Value, after: Value): boolean {
  if (isAtomic(shape)) return false;
  const [a, b] = [normalised(before, after), normalised(after, before)];
  if (isFields(a) && isFields(b)) return true;
  return shape.is === 'list' && Array.isArray(a) && Array.isArray(b);
}

/** `element` and every path below it. */
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
    same,
  );
}
