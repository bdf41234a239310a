/** Strategic merge patch: a JSON merge patch that merges lists by the keys in the schema. */
import { equal, type Fields, isFields, type Value } from '../object.ts';
import { anyShape, type Field, fieldOf, type Shape } from '../schema/shape.ts';
import { badRequest } from '../status.ts';

const directive = '$patch';
const retainKeys = '$retainKeys';
const deleteFromList = '$deleteFromPrimitiveList/';
const setOrder = '$setElementOrder/';

/**
 * Returns a patched copy of `target`.
 *
 * @throws ApiError 400 when a directive is unknown or an item of a merging list lacks its key
 */
export function applyStrategicPatch(shape: Shape, target: Value | undefined, patch: Value): Value {
  if (!isFields(patch)) return patch;
  if (patch[directive] === 'replace') return omit(patch, directive);
  if (patch[directive] === 'delete') return {};
  const merged = retained(isFields(target) ? { ...target } : {}, patch[retainKeys]);
  for (const [name, value] of Object.entries(patch)) {
    if (name === directive) checkDirective(value);
    else if (name.startsWith(deleteFromList)) dropMembers(merged, name, value);
    else if (!name.startsWith('$')) mergeField(merged, name, value, fieldOf(shape, name));
  }
  for (const [name, order] of Object.entries(patch)) {
    if (name.startsWith(setOrder)) sortField(merged, name, { order, target, shape });
  }
  return merged;
}

function mergeField(merged: Fields, name: string, value: Value, field: Field): void {
  if (value === null) {
    delete merged[name];
    return;
  }
  const strategies = (field.patchStrategy ?? '').split(',');
  const target = merged[name];
  if (Array.isArray(value) && strategies.includes('merge')) {
    merged[name] = mergeList(field, Array.isArray(target) ? target : [], value);
  } else {
    merged[name] = applyStrategicPatch(field.shape, target, value);
  }
}

function mergeList({ shape, patchMergeKey }: Field, target: Value[], patch: Value[]): Value[] {
  const items = shape.is === 'list' ? shape.items : anyShape;
  if (patch.some((item) => isFields(item) && item[directive] === 'replace' && isBare(item))) {
    return patch.filter((item) => !(isFields(item) && item[directive] === 'replace'));
  }
  const key = patchMergeKey;
  const merged =
    key === undefined
      ? [...target, ...patch.filter((item) => !target.some((known) => equal(known, item)))]
      : patch.reduce((list: Value[], item) => mergeItem({ items, key }, list, item), target);
  return inOrder(merged, patch, target, key);
}

function isBare(item: Fields): boolean {
  return Object.keys(item).length === 1;
}

interface KeyedItems {
  readonly items: Shape;
  readonly key: string;
}

function mergeItem({ items, key }: KeyedItems, list: Value[], item: Value): Value[] {
  const wanted = isFields(item) ? item[key] : undefined;
  if (!isFields(item) || wanted === undefined) {
    throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
  }
  const matches = (known: Value): boolean => isFields(known) && equal(known[key], wanted);
  if (item[directive] === 'delete') return list.filter((known) => !matches(known));
  const index = list.findIndex(matches);
  if (index < 0) return [...list, applyStrategicPatch(items, undefined, item)];
  return list.with(index, applyStrategicPatch(items, list[index], item));
}

interface Sorting {
  /** Keys or members in the requested order. */
  readonly order: Value;
  /** The object before the patch. */
  readonly target: Value | undefined;
  readonly shape: Shape;
}

function sortField(merged: Fields, directiveName: string, { order, target, shape }: Sorting): void {
  const name = directiveName.slice(setOrder.length);
  const [list, before] = [merged[name], isFields(target) ? target[name] : undefined];
  if (!Array.isArray(list) || !Array.isArray(order)) return;
  const key = fieldOf(shape, name).patchMergeKey;
  merged[name] = inOrder(list, order, Array.isArray(before) ? before : [], key);
}

/**
 * Sorts `list`: the items of `order` in that order, and each before the other items that did not
 * precede it in `before`. Source: strategicpatch in apimachinery.
 */
function inOrder(list: Value[], order: Value[], before: Value[], key: string | undefined): Value[] {
  const nameOf = (item: Value): string =>
    JSON.stringify(key !== undefined && isFields(item) ? (item[key] ?? null) : item);
  const rank = new Map(before.map((item, index) => [nameOf(item), index] as const));
  const wanted = order.map(nameOf);
  const listed = wanted.flatMap((name) => list.find((item) => nameOf(item) === name) ?? []);
  const others = list.filter((item) => !wanted.includes(nameOf(item)));
  const sorted: Value[] = [];
  for (const other of others) {
    const own = rank.get(nameOf(other)) ?? Number.POSITIVE_INFINITY;
    while (listed[0] !== undefined && !(own < (rank.get(nameOf(listed[0])) ?? -1))) {
      sorted.push(...listed.splice(0, 1));
    }
    sorted.push(other);
  }
  return [...sorted, ...listed];
}

function dropMembers(merged: Fields, name: string, members: Value): void {
  const field = name.slice(deleteFromList.length);
  const list = merged[field];
  if (!Array.isArray(list) || !Array.isArray(members)) return;
  merged[field] = list.filter((item) => !members.some((member) => equal(item, member)));
}

function retained(target: Fields, keys: Value | undefined): Fields {
  if (!Array.isArray(keys)) return target;
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

function checkDirective(value: Value): void {
  if (value !== 'merge') throw badRequest(`unrecognized patch type: ${JSON.stringify(value)}`);
}

function omit(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}
