import type { Diagnostic, Position, Report } from '#model/diagnostic.ts';
import type { HookPhase } from '#model/helm-hook.ts';
import { isFieldMap } from '#model/object.ts';
import type { Locate } from '#model/source.ts';
import type { DuplicateKey } from '#model/yaml/construct.ts';
import { duplicateMessage, readYamlStream } from '#model/yaml.ts';
import { isJson } from './json.ts';
import { offsetOf, positionOf } from './positions.ts';

/** A source file with its content. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** A map from a source file or a build that should be a Kubernetes object. The parser has not checked its fields yet. */
export interface RawObject {
  readonly value: Readonly<Record<string, unknown>>;
  readonly at: Locate;
  /** The build whose output contains the object; absent for an object in a source file. */
  readonly producedBy?: BuildOutput;
  /** When Helm would run the object; only for a hook that its release keeps. */
  readonly hook?: HookPhase;
}

/** An object in a YAML or JSON text, with its location there. */
export interface LocatedObject extends RawObject {
  readonly place: DocumentPointer;
}

/** A location in a text: the index of a document, and a JSON pointer into it. */
export type DocumentPointer = readonly [document: number, pointer: string];

/** The build whose output contains an object, and the clusters that get the object. */
export interface BuildOutput {
  /** The name of the build in messages, such as `HelmRelease shop/web`. */
  readonly name: string;
  /** The namespace of objects that do not set `metadata.namespace`. */
  readonly namespace: string;
  /** Names of the clusters that get this object. Other clusters may get a variant of it, or nothing. */
  readonly clusters: readonly string[];
  /** Number of clusters in the fleet. */
  readonly fleetSize: number;
}

/** Returns the objects in a text, and reports what is not an object. */
export type ReadObjects = (source: SourceText, report: Report) => readonly LocatedObject[];

/**
 * Returns the objects in a YAML or JSON text: every document, and for a List every item. Skips empty documents,
 * and reports faulty ones.
 */
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
 * Returns the only document of a YAML or JSON text as a map; an empty text counts as an empty map.
 * Reports any other content and returns undefined.
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
    hint: 'write its fields at the top level of one document, without --- between them',
  });
  return undefined;
}

/** A placeholder for a document whose fault `readDocuments` has reported. */
const faulty = Symbol('faulty');

/**
 * Returns the documents of a YAML or JSON text. Reports a faulty one and returns a placeholder for it. Reports
 * duplicate keys, of which the last value counts.
 */
export function readDocuments(source: SourceText, report: Report): readonly unknown[] {
  const { file, text } = source;
  const stream = readYamlStream(text);
  if ('message' in stream) {
    const { message, offset } = stream;
    const at = positionOf(file, text, offset);
    report({
      code: 'parse/invalid-yaml',
      severity: 'error',
      message,
      at,
      hint: yamlCure(message, source, at),
    });
    return [faulty];
  }
  for (const duplicate of stream.duplicates) reportDuplicate(duplicate, source, report);
  return stream.documents.map((document, index) =>
    isJson(document, text.length, locate(source, [index, '']), report) ? document : faulty,
  );
}

/** What to try by the message of the reader, for faults other than those of indentation and quotes. */
const cures: readonly (readonly [message: RegExp, cure: string])[] = [
  [
    /has no anchor/,
    'define the anchor above the alias in the same document, or write the value: an anchor ends with its document',
  ],
  [/contains itself/, 'write the value in place of the alias'],
  [
    /^the document has ended/,
    'start the next document with ---, or remove the line with three dots',
  ],
  [/^directives such as/, 'remove the line with the directive'],
  [/^only a comment can follow ---/, 'start the document in the line below ---'],
  [/^a control character/, 'remove the character, or write it as an escape in double quotes'],
  [/^too many nested values/, 'nest the values less deeply'],
];

/** Returns what to try with a text that is not YAML, by the message of the reader and the line at fault. */
function yamlCure(message: string, { text }: SourceText, { line }: Position): string {
  if (/^(<{7}|>{7}) /m.test(text))
    return 'resolve the merge conflict that Git has marked in the file';
  const [, cure] = cures.find(([pattern]) => pattern.test(message)) ?? [];
  if (cure !== undefined) return cure;
  const content = text.split('\n')[line - 1] ?? '';
  if (content.includes('{{')) {
    return 'move a Helm template to the folder templates/ of a chart, which has a Chart.yaml';
  }
  if (/^\s*\t/.test(content)) return 'indent with spaces instead of tabs';
  return 'indent all keys of a map alike, and quote strings that contain a colon or start with a special character';
}

function reportDuplicate(
  duplicate: DuplicateKey,
  { file, text }: SourceText,
  report: Report,
): void {
  report({
    code: 'parse/duplicate-key',
    severity: 'error',
    message: duplicateMessage(duplicate),
    at: positionOf(file, text, duplicate.offset),
    related: [{ at: positionOf(file, text, duplicate.first), message: 'the first definition' }],
    hint: 'keep one of the two: kubectl would silently use the last one',
  });
}

/** Returns a function from JSON pointers, which begin at the given location, to positions in the file. */
export function locate({ file, text }: SourceText, [document, pointer]: DocumentPointer): Locate {
  return (below, options) =>
    positionOf(file, text, offsetOf(text, document, `${pointer}${below}`, options));
}

/** Returns the diagnostic of a value without apiVersion and kind, such as the values of a chart among the templates. */
export function notAnObject(at: Position): Diagnostic {
  return {
    code: 'parse/not-an-object',
    severity: 'error',
    message: 'expected a Kubernetes object with apiVersion and kind',
    at,
    hint:
      misnamed(at.file) ??
      'add apiVersion and kind, or move the file to a folder that Regatta does not read',
  };
}

/** Returns what to do with a file whose name is near that of a kustomization or of a chart; undefined for others. */
export function misnamed(file: string): string | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (/^kustomiz(e|ation)s?\.ya?ml$/i.test(name)) return 'rename the file to kustomization.yaml';
  return /^charts?\.ya?ml$/i.test(name) ? 'rename the file to Chart.yaml' : undefined;
}

/** Returns a document as an object. For a List, returns its items, of which each may be a List itself. */
function unfold(
  value: unknown,
  place: DocumentPointer,
  source: SourceText,
  report: Report,
): readonly LocatedObject[] {
  const at = locate(source, place);
  if (!isFieldMap(value)) {
    report(notAnObject(at('')));
    return [];
  }
  const items = itemsOf(value);
  if (items === undefined) return [{ value, at, place }];
  const [document, pointer] = place;
  return items.flatMap((item, index) =>
    unfold(withKindOf(value, item), [document, `${pointer}/items/${index}`], source, report),
  );
}

/**
 * Returns the items of a List or of a typed list such as a DeploymentList; undefined for any other object.
 * A chart that has nothing to list prints `items:` without a value. A list without `items` is a list of
 * nothing, unless it has a name or other fields: then it is an object whose kind ends with List.
 */
function itemsOf(value: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  const { apiVersion, kind, metadata, items, ...others } = value;
  if (typeof kind !== 'string' || !kind.endsWith('List')) return undefined;
  if (Array.isArray(items)) return items;
  if (items === null) return [];
  const isNamed = isFieldMap(metadata) && metadata.name !== undefined;
  const isEmpty = items === undefined && !isNamed && Object.keys(others).length === 0;
  return isEmpty ? [] : undefined;
}

/** Adds `apiVersion` and `kind` to an item of a typed list: the items of a DeploymentList are Deployments. */
function withKindOf(list: Readonly<Record<string, unknown>>, item: unknown): unknown {
  const { apiVersion, kind } = list;
  if (kind === 'List' || !isFieldMap(item) || typeof kind !== 'string') return item;
  return { apiVersion, kind: kind.slice(0, -'List'.length), ...item };
}
