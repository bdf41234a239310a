import type { Report } from '#model/diagnostic.ts';
import { isFieldMap } from '#model/object.ts';
import type { Locate } from '#model/source.ts';
import { readYaml } from '#model/yaml.ts';
import { isJson } from './json.ts';
import { offsetOf, positionOf } from './positions.ts';

export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** An object as read from a file, before its kind is checked. */
export interface RawObject {
  readonly value: Readonly<Record<string, unknown>>;
  readonly at: Locate;
  /** The build that produced it; absent for an object in a source file. */
  readonly made?: Made;
}

/** An object of a text, with its location there. */
export interface LocatedObject extends RawObject {
  readonly place: DocumentPointer;
}

/** A location in a text: the index of a document, and a JSON pointer into it. */
export type DocumentPointer = readonly [document: number, pointer: string];

/** The build that produced an object, and the clusters that get it. */
export interface Made {
  /** Display name, such as `HelmRelease shop/web`. */
  readonly by: string;
  /** The namespace of objects that set none. */
  readonly namespace: string;
  /** The clusters that get this object; others may get a variant of it or nothing. */
  readonly clusters: readonly string[];
}

export type ReadObjects = (source: SourceText, report: Report) => readonly LocatedObject[];

/** Returns the objects in a YAML or JSON text: every document, and every item of a List. */
export function readObjects(
  source: SourceText,
  report: Report,
  read: typeof readDocuments = readDocuments,
): readonly LocatedObject[] {
  return read(source, report).flatMap((document, index) =>
    document === null || document === undefined || document === faulty
      ? []
      : unfold(document, [index, ''], source, report),
  );
}

/**
 * Returns the map in a YAML or JSON text; an empty text is an empty map. Any other content is
 * reported.
 */
export function readMap(source: SourceText, report: Report): RawObject | undefined {
  const { file } = source;
  const [document = null, second] = readDocuments(source, report);
  if (document === faulty) return undefined;
  const at = locate(source, [0, '']);
  const value = document ?? {};
  if (isFieldMap(value) && second === undefined) return { value, at };
  report({
    code: 'parse/invalid-value',
    severity: 'error',
    message: `${file} must contain one map`,
    at: second === undefined ? at('') : locate(source, [1, ''])(''),
  });
  return undefined;
}

/** Replaces a document with a reported fault. */
const faulty = Symbol('faulty');

/** Returns the documents of a text. A faulty one is reported and replaced by a placeholder. */
export function readDocuments(source: SourceText, report: Report): readonly unknown[] {
  const { file, text } = source;
  const documents = readYaml(text);
  if ('offset' in documents) {
    const { message, offset } = documents;
    const at = positionOf(file, text, offset);
    report({ code: 'parse/invalid-yaml', severity: 'error', message, at });
    return [faulty];
  }
  return documents.map((document, index) =>
    isJson(document, text.length, locate(source, [index, '']), report) ? document : faulty,
  );
}

/** Returns a function that locates values at or below a location of a text. */
export function locate({ file, text }: SourceText, [document, pointer]: DocumentPointer): Locate {
  return (below, options) =>
    positionOf(file, text, offsetOf(text, document, `${pointer}${below}`, options));
}

/** Returns an object, or the items of a List, which may be Lists themselves. */
function unfold(
  value: unknown,
  place: DocumentPointer,
  source: SourceText,
  report: Report,
): readonly LocatedObject[] {
  const at = locate(source, place);
  if (!isFieldMap(value)) {
    report({
      code: 'parse/not-an-object',
      severity: 'error',
      message: 'expected a Kubernetes object with apiVersion and kind',
      at: at(''),
    });
    return [];
  }
  const { kind, items } = value;
  const [document, pointer] = place;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    return items.flatMap((item, index) =>
      unfold(withKindOf(value, item), [document, `${pointer}/items/${index}`], source, report),
    );
  }
  return [{ value, at, place }];
}

/** Adds the kind to the items of a typed list: those of a DeploymentList are Deployments. */
function withKindOf(list: Readonly<Record<string, unknown>>, item: unknown): unknown {
  const { apiVersion, kind } = list;
  if (kind === 'List' || !isFieldMap(item) || typeof kind !== 'string') return item;
  return { apiVersion, kind: kind.slice(0, -'List'.length), ...item };
}
