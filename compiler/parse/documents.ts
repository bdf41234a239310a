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

/** One object as it stands in a file, before anything is known of its kind. */
export interface RawObject {
  readonly value: Readonly<Record<string, unknown>>;
  readonly at: Locate;
  /** Absent for what somebody wrote as it is. */
  readonly made?: Made;
}

/** An object that a text holds, at the place where `at` looks. */
export interface LocatedObject extends RawObject {
  readonly place: DocumentPointer;
}

/** A place in a text: in which of its documents, and there at which JSON pointer. */
export type DocumentPointer = readonly [document: number, pointer: string];

/** What made an object, and for whom. */
export interface Made {
  /** What people call it: `HelmRelease shop/web`. */
  readonly by: string;
  /** Of objects that do not say theirs. */
  readonly namespace: string;
  /** The clusters that are to have it as it is; others may have it otherwise, or not at all. */
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

/** The map that a YAML or JSON text holds, empty when it is; undefined when it holds anything else. */
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
    message: `${file} must hold one map`,
    at: second === undefined ? at('') : locate(source, [1, ''])(''),
  });
  return undefined;
}

/** Stands for a document that cannot be had, and is reported. */
const faulty = Symbol('faulty');

/** Returns the documents of a text; a faulty one is reported, and a placeholder stands in for it. */
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

/** Positions of what is at or below a place of a text. */
export function locate({ file, text }: SourceText, [document, pointer]: DocumentPointer): Locate {
  return (below, options) =>
    positionOf(file, text, offsetOf(text, document, `${pointer}${below}`, options));
}

/** An object alone, or the items of a List, which may be Lists again. */
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

/** Items of a DeploymentList are Deployments, and may leave it at that. */
function withKindOf(list: Readonly<Record<string, unknown>>, item: unknown): unknown {
  const { apiVersion, kind } = list;
  if (kind === 'List' || !isFieldMap(item) || typeof kind !== 'string') return item;
  return { apiVersion, kind: kind.slice(0, -'List'.length), ...item };
}
