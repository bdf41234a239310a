/**
 * Path elements in the FieldsV1 format of Kubernetes: `f:<field>`, `k:<JSON of the keys of a list
 * item>`, `v:<JSON of a set member>`.
 */
import { type Fields, isFields, type Value } from '../object.ts';
import type { ListShape } from '../schema/shape.ts';

export type PathElement = `${'f' | 'k' | 'v' | 'i'}:${string}`;

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/**
 * Returns the path element that identifies `item` in a merging list, or undefined when the item
 * lacks its keys. An absent key has its default value: a port without a protocol is a TCP port.
 */
export function itemElement(list: ListShape, item: Value): PathElement | undefined {
  if (list.merges === 'set') return `v:${JSON.stringify(item)}`;
  if (!isFields(item)) return undefined;
  const named: Fields = {};
  for (const key of [...list.keys].sort()) {
    const value = item[key] ?? keyFallback(list, key);
    if (value !== undefined) named[key] = value;
  }
  return Object.keys(named).length === 0 ? undefined : `k:${JSON.stringify(named)}`;
}

function keyFallback({ items }: ListShape, key: string): Value | undefined {
  return items.is === 'struct' ? items.fields.get(key)?.fallback : undefined;
}

/** Formats a path for messages: `.spec.containers[name="web"].image`. */
export function printPath(path: readonly PathElement[]): string {
  return path.map(printElement).join('');
}

function printElement(element: PathElement): string {
  const text = element.slice(2);
  if (element.startsWith('f:')) return `.${text}`;
  if (element.startsWith('k:')) {
    const keys: Fields = JSON.parse(text);
    const pairs = Object.entries(keys).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return `[${pairs.join(',')}]`;
  }
  return element.startsWith('v:') ? `[=${text}]` : `[${text}]`;
}
