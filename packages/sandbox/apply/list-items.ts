/** Lists that merge, seen as what their items are called. */
import type { Value } from '../object.ts';
import type { ListShape } from '../schema/shape.ts';
import { badRequest } from '../status.ts';
import { itemElement, type PathElement } from './path.ts';

/**
 * The items of a merging list under their names, in list order.
 *
 * @throws ApiError 400 when an item lacks its keys, and, when `strict`, when two share a name;
 *   otherwise the first of those is kept
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
