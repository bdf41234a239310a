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
  /** Returns the positions of an object in the document. */
  readonly locate: (object: RawObject) => Locate;
  /** Returns the position of a line of the document, 1-based. */
  readonly atLine: (line: number) => Position;
}

/**
 * Maps a document of a rendered chart back to its templates: by the lines that the engine recorded, or
 * else by a document of the template with the same kind.
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

/** Returns the column of a field in a line of a template, or else of the first character. */
function columnOf(text: string, line: number, key: string | undefined): number {
  const found = text.split('\n')[line - 1] ?? '';
  const start = found.search(/\S/);
  const named = key === undefined ? -1 : found.indexOf(`${key}:`);
  return 1 + Math.max(0, named < 0 ? start : named);
}

/** Returns the line of Chart.yaml with the dependency, because a packaged chart has no lines of its own. */
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
