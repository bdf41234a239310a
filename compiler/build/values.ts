import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { isFieldMap, type Json, type JsonObject } from '#model/object.ts';
import type { Locate } from '#model/source.ts';
import { readMap } from '../parse/documents.ts';

/** The values in one file, or the inline values of a HelmRelease. */
export interface ValuesLayer {
  readonly values: JsonObject;
  /** Positions of the values. */
  readonly at: Locate;
}

/** Merges layers as Helm does. It merges maps, and any other value of a later layer replaces the earlier one. */
export function mergeLayers(layers: readonly ValuesLayer[]): JsonObject {
  return layers.reduce<JsonObject>((merged, { values }) => mergeValues(merged, values), {});
}

function mergeValues(under: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    const next = isFieldMap(below) && isFieldMap(value) ? mergeValues(below, value) : value;
    // An assignment would lose the key __proto__.
    Object.defineProperty(merged, key, { value: next, enumerable: true, writable: true });
  }
  return merged;
}

/** Reads the values in a file. Returns none and reports the fault if the file is not a map. */
export function readValues(files: FileMap, file: string, report: Report): readonly ValuesLayer[] {
  const text = files.get(file);
  const read = typeof text === 'string' ? readMap({ file, text }, report) : undefined;
  return read === undefined ? [] : [{ values: read.value as JsonObject, at: read.at }];
}
