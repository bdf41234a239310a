import type { PathStep } from '#model/difference.ts';
import { parseJson } from '#model/json.ts';
import { isFieldMap, type JsonObject } from '#model/object.ts';

/** Reports whether a field set (FieldsV1) contains the path, or an atomic parent of it. */
export function owns(fields: JsonObject | undefined, steps: readonly PathStep[]): boolean {
  let node: JsonObject | undefined = fields;
  for (const step of steps) {
    if (node === undefined) return false;
    if (node !== fields && Object.keys(node).length === 0) return true;
    node = childOf(node, step);
  }
  return node !== undefined;
}

function childOf(node: JsonObject, step: PathStep): JsonObject | undefined {
  if (typeof step === 'string') return node[`f:${step}`] as JsonObject | undefined;
  const key = Object.keys(node).find((key) => namesItem(key, step));
  return key === undefined ? undefined : (node[key] as JsonObject);
}

function namesItem(key: string, { index, item }: Exclude<PathStep, string>): boolean {
  if (key.startsWith('i:')) return key === `i:${index}`;
  if (key.startsWith('v:')) return key === `v:${JSON.stringify(item)}`;
  if (!key.startsWith('k:') || !isFieldMap(item)) return false;
  const identity = parseJson(key.slice(2)) as JsonObject;
  return Object.entries(identity).every(([field, value]) => item[field] === value);
}
