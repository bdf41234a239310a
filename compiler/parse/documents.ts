import type { Report } from '#model/diagnostic.ts';
import type { Locate } from '#model/source.ts';
import { readYaml } from '#model/yaml.ts';
import { type Memo, memoKey, recall } from '../memo.ts';
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

/** What made an object, and for whom. */
export interface Made {
  /** What people call it: `HelmRelease shop/web`. */
  readonly by: string;
  /** Of objects that do not say theirs. */
  readonly namespace: string;
  /** The clusters that are to have it as it is; others may have it otherwise, or not at all. */
  readonly clusters: readonly string[];
}

/** The objects of a YAML or JSON text: every document, and every item of a List. */
export function readObjects(
  source: SourceText,
  report: Report,
  memo: Memo = new Map(),
): readonly RawObject[] {
  const { file, text } = source;
  const remembered = { memo, key: memoKey('read', text) };
  const documents = recall(remembered, report, (tell) => readDocuments(source, tell));
  return documents.flatMap((document, index) =>
    document === null || document === undefined || document === faulty
      ? []
      : unfold(document, '', locate(file, text, index), report),
  );
}

/** The map that a YAML or JSON text holds, empty when it is; undefined when it holds anything else. */
export function readMap(source: SourceText, report: Report): RawObject | undefined {
  const { file, text } = source;
  const [document = null, second] = readDocuments(source, report);
  if (document === faulty) return undefined;
  const at = locate(file, text, 0);
  const value = document ?? {};
  if (isRecord(value) && second === undefined) return { value, at };
  report({
    code: 'parse/invalid-value',
    severity: 'error',
    message: `${file} must hold one map`,
    at: second === undefined ? at('') : locate(file, text, 1)(''),
  });
  return undefined;
}

/** Stands for a document that cannot be had, and is reported. */
const faulty = Symbol('faulty');

function readDocuments({ file, text }: SourceText, report: Report): readonly unknown[] {
  const documents = readYaml(text);
  if ('offset' in documents) {
    const { message, offset } = documents;
    const at = positionOf(file, text, offset);
    report({ code: 'parse/invalid-yaml', severity: 'error', message, at });
    return [faulty];
  }
  return documents.map((document, index) =>
    isJson(document, text.length, locate(file, text, index), report) ? document : faulty,
  );
}

function locate(file: string, text: string, document: number): Locate {
  return (pointer, options) => positionOf(file, text, offsetOf(text, document, pointer, options));
}

/** An object alone, or the items of a List, which may be Lists again. */
function unfold(value: unknown, pointer: string, at: Locate, report: Report): readonly RawObject[] {
  if (!isRecord(value)) {
    report({
      code: 'parse/not-an-object',
      severity: 'error',
      message: 'expected a Kubernetes object with apiVersion and kind',
      at: at(pointer),
    });
    return [];
  }
  const { kind, items } = value;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    return items.flatMap((item, index) =>
      unfold(withKindOf(value, item), `${pointer}/items/${index}`, at, report),
    );
  }
  return [{ value, at: (below, options) => at(`${pointer}${below}`, options) }];
}

/** Items of a DeploymentList are Deployments, and may leave it at that. */
function withKindOf(list: Readonly<Record<string, unknown>>, item: unknown): unknown {
  const { apiVersion, kind } = list;
  if (kind === 'List' || !isRecord(item) || typeof kind !== 'string') return item;
  return { apiVersion, kind: kind.slice(0, -'List'.length), ...item };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
