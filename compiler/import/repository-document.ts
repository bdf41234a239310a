import type { Report } from '#model/diagnostic.ts';
import { isFieldMap, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { documentExtents } from '#model/yaml/stream.ts';
import { readObjects } from '../parse/documents.ts';
import type { SourceFile } from '../read/sources.ts';

/** An object in a file of the repository. */
export interface RepositoryDocument {
  readonly file: string;
  /** 1-based line of the object. */
  readonly line: number;
  /** Offsets of its document in the text of the file, the end exclusive. */
  readonly start: number;
  readonly end: number;
  /** The text of the document; undefined if it is not YAML of this object alone. */
  readonly text: string | undefined;
}

/** Returns the objects in some files by their keys, and reports faults. The first of two equal objects counts. */
export function indexDocuments(
  files: readonly SourceFile[],
  report: Report,
): ReadonlyMap<ObjectKey, RepositoryDocument> {
  const found = new Map<ObjectKey, RepositoryDocument>();
  for (const source of files) {
    const objects = readObjects(source, report);
    const extents = objects.length === 0 ? [] : documentExtents(source.text);
    for (const { value, at, place } of objects) {
      const key = keyIn(value);
      if (key === undefined || found.has(key)) continue;
      const { start = 0, end = 0, isJson = true } = extents[place[0]] ?? {};
      const isAlone = place[1] === '' && !isJson;
      const text = isAlone ? source.text.slice(start, end) : undefined;
      found.set(key, { file: source.file, line: at('').line, start, end, text });
    }
  }
  return found;
}

function keyIn(value: Readonly<Record<string, unknown>>): ObjectKey | undefined {
  const { apiVersion, kind, metadata } = value;
  const isNamed = isFieldMap(metadata) && typeof metadata.name === 'string';
  const isTyped = typeof apiVersion === 'string' && typeof kind === 'string';
  return isNamed && isTyped ? keyOf(value as unknown as KubeObject) : undefined;
}
