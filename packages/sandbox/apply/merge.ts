/** Merges the configuration that a client applies into the live object, without removing fields from it. */
import { isFields, type Value } from '../object.ts';
import { fieldShape, type ListShape, type Shape } from '../schema/shape.ts';
import { namedItems } from './list-items.ts';
import { isAtomic } from './owned.ts';

/**
 * Returns a copy of `live` with the values of `applied`. A list of type `map` or `set` gets the order of
 * `applied`; items that only the live list contains keep their position relative to their neighbours.
 *
 * @throws ApiError 400 when an item of a list of type `map` lacks its keys, or two applied items have the
 *   same keys
 */
export function mergeApplied(shape: Shape, live: Value | undefined, applied: Value): Value {
  if (live === undefined || live === null || isAtomic(shape)) return structuredClone(applied);
  if (applied === null && ignoresNull(shape, live)) return structuredClone(live);
  if (isFields(live) && isFields(applied)) {
    const merged = structuredClone(live);
    for (const [name, value] of Object.entries(applied)) {
      merged[name] = mergeApplied(fieldShape(shape, name), live[name], value);
    }
    return merged;
  }
  if (shape.is === 'list' && Array.isArray(live) && Array.isArray(applied)) {
    return mergeLists(shape, live, applied);
  }
  return structuredClone(applied);
}

/**
 * Reports whether an applied null leaves `live` unchanged. For a map or a merging list with content, null
 * counts as an empty one, which adds nothing.
 */
function ignoresNull(shape: Shape, live: Value): boolean {
  if (isFields(live)) return Object.keys(live).length > 0;
  return shape.is === 'list' && Array.isArray(live) && live.length > 0;
}

function mergeLists(shape: ListShape, live: Value[], applied: Value[]): Value[] {
  const liveItems = namedItems(shape, live, false);
  const appliedItems = namedItems(shape, applied, true);
  const pending = [...appliedItems];
  const merged: Value[] = [];
  for (const [element, item] of liveItems) {
    if (!appliedItems.has(element)) {
      merged.push(structuredClone(item));
      continue;
    }
    // The applied order wins over the live order. Add all applied items up to this one, unless an
    // earlier round has added it.
    const end = pending.findIndex(([name]) => name === element);
    for (const [name, next] of pending.splice(0, end + 1)) {
      merged.push(mergeApplied(shape.items, liveItems.get(name), next));
    }
  }
  for (const [name, next] of pending)
    merged.push(mergeApplied(shape.items, liveItems.get(name), next));
  return merged;
}
