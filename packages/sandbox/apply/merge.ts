/** Lays an applied configuration over the live object, without removing anything. */
import { isFields, type Value } from '../object.ts';
import { fieldShape, type ListShape, type Shape } from '../schema/shape.ts';
import { namedItems } from './list-items.ts';
import { isAtomic } from './owned.ts';

/**
 * Neither input is changed. Lists that merge keep the applied order; items that only the live object
 * has stay where they were among their neighbours.
 */
export function mergeApplied(shape: Shape, live: Value | undefined, applied: Value): Value {
  if (live === undefined || live === null || isAtomic(shape)) return structuredClone(applied);
  if (applied === null && isMerged(shape, live)) return structuredClone(live);
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

/** Whether a null beside it is an empty map or list, which adds nothing. */
function isMerged(shape: Shape, live: Value): boolean {
  if (isFields(live)) return Object.keys(live).length > 0;
  return shape.is === 'list' && Array.isArray(live) && live.length > 0;
}

function mergeLists(shape: ListShape, live: Value[], applied: Value[]): Value[] {
  const old = namedItems(shape, live, false);
  const wanted = namedItems(shape, applied, true);
  const pending = [...wanted];
  const merged: Value[] = [];
  for (const [element, item] of old) {
    if (!wanted.has(element)) {
      merged.push(structuredClone(item));
      continue;
    }
    // An applied order that contradicts the live one wins: the item was, or will be, taken there.
    const end = pending.findIndex(([name]) => name === element);
    for (const [name, next] of pending.splice(0, end + 1)) {
      merged.push(mergeApplied(shape.items, old.get(name), next));
    }
  }
  for (const [name, next] of pending) merged.push(mergeApplied(shape.items, old.get(name), next));
  return merged;
}
