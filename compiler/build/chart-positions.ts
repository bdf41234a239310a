import type { Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { pathOf } from '#model/pointer.ts';
import type { Locate } from '#model/source.ts';
import type { ChartDocument, RenderedChart } from '#model/template-build.ts';
import type { RawObject } from '../parse/documents.ts';
import { findInTemplate } from './template-lines.ts';

interface ChartFiles extends Pick<RenderedChart, 'templates'> {
  /** The chart's folder. */
  readonly chart: string;
  readonly files: FileMap;
}

interface ChartPositions {
  /** The template, as a path in the repository. */
  readonly file: string;
  /** Positions of what an object in the document holds. */
  readonly locate: (object: RawObject) => Locate;
  /** The position of a line of the document, 1-based. */
  readonly atLine: (line: number) => Position;
}

/**
 * Leads from a document that a chart printed back to its templates: by the lines that the engine found, and
 * without them by the document of the template that has the same kind.
 */
export function chartPositions(document: ChartDocument, output: ChartFiles): ChartPositions {
  const { chart, files, templates } = output;
  const { path, lines, index } = document;
  const file = `${chart}/${path}`;
  const nearest = (kind: string, pointer: readonly string[]): Position =>
    path.endsWith('.tgz')
      ? packagePosition(output, path)
      : { file, ...findInTemplate(String(files.get(file) ?? ''), { kind, index }, pointer) };

  function atLine(line: number, key?: string): Position {
    const template = lines === undefined ? undefined : templates[lines[2 * (line - 1)] ?? -1];
    if (template === undefined) return nearest('', []);
    if (template.endsWith('.tgz')) return packagePosition(output, template);
    const at = { file: `${chart}/${template}`, line: lines?.[2 * line - 1] ?? 1 };
    return { ...at, column: columnOf(String(files.get(at.file) ?? ''), at.line, key) };
  }

  const locate =
    ({ value, at }: RawObject): Locate =>
    (pointer) => {
      const keys = pathOf(pointer);
      if (lines === undefined) return nearest(String(value.kind), keys);
      return atLine(at(pointer, { key: true }).line, keys.at(-1));
    };
  return { file, locate, atLine };
}

/** Where a line of a template names a field; else where its text starts. */
function columnOf(text: string, line: number, key: string | undefined): number {
  const found = text.split('\n')[line - 1] ?? '';
  const start = found.search(/\S/);
  const named = key === undefined ? -1 : found.indexOf(`${key}:`);
  return 1 + Math.max(0, named < 0 ? start : named);
}

/** A packed chart has no lines: the line of Chart.yaml that names the dependency stands for them. */
function packagePosition({ chart, files }: ChartFiles, path: string): Position {
  const file = `${chart}/Chart.yaml`;
  const [, name = ''] = /([^/]+?)-v?\d[^/]*\.tgz$/.exec(path) ?? [];
  const lines = String(files.get(file) ?? '').split('\n');
  const line = lines.findIndex(
    (text) => /^\s*(?:- )?name: *["']?([^"'#\s]+)/.exec(text)?.[1] === name && !/^name/.test(text),
  );
  if (line < 0) return { file: `${chart}/${path}`, line: 1, column: 1 };
  return { file, line: line + 1, column: 1 + (lines[line] ?? '').indexOf('name:') };
}
