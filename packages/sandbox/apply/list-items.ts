/** Items of a merging list, by the path element that identifies each. */
import type { Value } from '../object.ts';
import type { ListShape } from '../schema/shape.ts';
import { badRequest } from '../status.ts';
import { itemElement, type PathElement } from './path.ts';

/**
 * Maps path elements to the items of a merging list, in list order. Of several items with the same
 * element, the first one wins unless `strict` is set.
 *
 * @throws ApiError 400 when an item lacks its keys and, with `strict`, when two items have the same
 *   element
 */
export function namedItems(
  shape: ListShape,
  items: readonly Value[],
  strict: boolean,
): ReadonlyMap<PathElement, Value> {
  const named = new Map<PathElement, Value>();
  for (const item of items) {
    const element = itemElement(shape, item);
    if (element === undefined) {
      throw badRequest(`associative list with keys has an element that omits ${keyNames(shape)}`);
    }
    if (!named.has(element)) named.set(element, item);
    else if (strict) throw badRequest(`duplicate entries for key ${element.slice(2)}`);
  }
  return named;
}

function keyNames({ keys }: ListShape): string {
  return `key field${keys.length > 1 ? 's' : ''} ${keys.map((key) => `"${key}"`).join(', ')}`;
}
