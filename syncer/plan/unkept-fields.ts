import { type FieldMap, isFieldMap, type KubeObject } from '#model/object.ts';
import { nameUnknown } from '#model/unknown-fields.ts';

/**
 * Describes the fields of an object that the API server accepted without keeping them; '' if the server kept all of
 * them. Only the presence of a field counts, because API servers normalise values.
 *
 * @param sent - the object that the syncer applied
 * @param answer - the object in the API server's answer
 */
export function describeUnkept(sent: KubeObject, answer: KubeObject): string {
  const [content, kept] = [contentOf(sent), contentOf(answer)];
  if (keeps(content, kept)) return '';
  const fields = unkeptIn(content, kept, '');
  if (fields.length === 0) return '';
  return `${nameUnknown(fields)}: the API server did not keep ${fields.length === 1 ? 'it' : 'them'}`;
}

/** Returns the fields that a server must keep. It drops the status, and sets the rest of the metadata itself. */
function contentOf({ status: _, metadata, ...content }: KubeObject): FieldMap {
  const { labels, annotations } = metadata;
  return { ...content, metadata: { labels, annotations } };
}

/**
 * Reports whether a server kept all fields where they were, as with most objects. It then needs no names of fields.
 *
 * @returns false also if items of a list moved
 */
function keeps(sent: unknown, kept: unknown): boolean {
  if (typeof sent !== 'object' || sent === null) return !sent || (kept ?? undefined) !== undefined;
  if (Array.isArray(sent)) {
    if (!Array.isArray(kept)) return false;
    return sent.every((item, index) => isItem(item, kept[index]) && keeps(item, kept[index]));
  }
  if (!isFieldMap(kept)) return false;
  for (const name in sent) {
    if (!keeps((sent as FieldMap)[name], kept[name])) return false;
  }
  return true;
}

/** Reports whether an item of a list is the counterpart of another one at the same index. */
function isItem(item: unknown, other: unknown): boolean {
  if (!isFieldMap(item)) return true;
  if (!isFieldMap(other)) return false;
  return item.name === undefined
    ? likeness(item, other) === likeness(item, item)
    : item.name === other.name;
}

function unkeptIn(sent: unknown, kept: unknown, path: string): readonly string[] {
  if (isZero(sent)) return [];
  if (kept === undefined || kept === null) return [path];
  if (Array.isArray(sent) && Array.isArray(kept)) return unkeptInList(sent, kept, path);
  if (!isFieldMap(sent) || !isFieldMap(kept)) return [];
  return Object.entries(sent).flatMap(([name, value]) =>
    unkeptIn(value, kept[name], path === '' ? name : `${path}.${name}`),
  );
}

/** Compares each item with its counterpart. An API server and its webhooks may also add, remove and sort items. */
function unkeptInList(
  sent: readonly unknown[],
  kept: readonly unknown[],
  path: string,
): readonly string[] {
  const named = new Map(kept.filter(isFieldMap).map((item) => [item.name, item]));
  return sent.flatMap((item, index) => {
    if (!isFieldMap(item)) return [];
    const other = item.name === undefined ? likest(item, index, kept) : named.get(item.name);
    return other === undefined ? [] : unkeptIn(item, other, `${path}[${index}]`);
  });
}

/** How far a server may move an item of a list whose items have no names. */
const near = 8;

/** Returns the item near an index that has most of the fields and values of an item. */
function likest(item: FieldMap, index: number, list: readonly unknown[]): FieldMap | undefined {
  const same = list[index];
  if (isFieldMap(same) && likeness(item, same) === likeness(item, item)) return same;
  const others = list.slice(Math.max(0, index - near), index + near).filter(isFieldMap);
  return others.toSorted((a, b) => likeness(item, b) - likeness(item, a))[0];
}

/** Returns how many fields of an item another one has; a field with an equal scalar counts twice. */
function likeness(item: FieldMap, other: FieldMap): number {
  return Object.entries(item).reduce((sum, [name, value]) => {
    if (other[name] === undefined) return sum;
    return sum + (other[name] === value && typeof value !== 'object' ? 2 : 1);
  }, 0);
}

/** Reports whether API servers may leave a value out, because a missing field means the same. */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isFieldMap(value)) return Object.values(value).every(isZero);
  return !value;
}
