import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { isFieldMap, type Json, type JsonObject } from '#model/object.ts';
import type { Locate } from '#model/source.ts';
import { readMap } from '../parse/documents.ts';

/** Values that were written in one place. */
export interface ValuesLayer {
  readonly values: JsonObject;
  /** Where they stand, by pointers into them. */
  readonly at: Locate;
}

/** Values as a whole: of what several layers have, the last counts; maps are merged, as Helm does. */
export function mergeLayers(layers: readonly ValuesLayer[]): JsonObject {
  return layers.reduce<JsonObject>((merged, { values }) => mergeValues(merged, values), {});
}

function mergeValues(under: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    const next = isFieldMap(below) && isFieldMap(value) ? mergeValues(below, value) : value;
    // An assignment to __proto__ would be lost.
    Object.defineProperty(merged, key, { value: next, enumerable: true, writable: true });
  }
  return merged;
}

/** The values in a file; none when it holds anything else, which is reported. */
export function readValues(files: FileMap, file: string, report: Report): readonly ValuesLayer[] {
  const text = files.get(file);
  const read = typeof text === 'string' ? readMap({ file, text }, report) : undefined;
  return read === undefined ? [] : [{ values: read.value as JsonObject, at: read.at }];
}
