import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { pathOf, pointerTo } from '#model/pointer.ts';
import type { Locate } from '#model/source.ts';
import type { Memo } from '../memo.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { findInTemplate } from './template-lines.ts';

/** What Helm printed of one template, which is named by its path below the chart's name. */
interface Part {
  readonly source: string;
  readonly text: string;
}

interface ChartOutput {
  readonly chart: string;
  readonly text: string;
  readonly files: FileMap;
  readonly memo: Memo;
}

/** The objects that Helm printed, each with the template that it comes from. */
export function chartObjects(
  { chart, text, files, memo }: ChartOutput,
  report: Report,
): readonly RawObject[] {
  return partsOf(text).flatMap(({ source, text }) => {
    const path = `${chart}/${source.slice(source.indexOf('/') + 1)}`;
    const file = files.has(path) ? path : `${chart}/Chart.yaml`;
    const start = { file, line: 1, column: 1 };
    const told: Report = (diagnostic) => report({ ...diagnostic, at: start });
    return readObjects({ file, text }, told, memo)
      .map((object) => ({ ...object, at: locate(files, file, object) }))
      .filter((object) => !isHook(object, report));
  });
}

function partsOf(text: string): readonly Part[] {
  const pieces = text.split(/^---\n# Source: (.*)\n/m).slice(1);
  return pieces.flatMap((source, index) =>
    index % 2 === 0 ? [{ source, text: pieces[index + 1] ?? '' }] : [],
  );
}

function locate(files: FileMap, file: string, { value }: RawObject): Locate {
  const text = String(files.get(file) ?? '');
  return (pointer) => ({ file, ...findInTemplate(text, String(value.kind), pathOf(pointer)) });
}

/** Hooks run at points of an installation, and here nothing is installed. */
function isHook({ value, at }: RawObject, report: Report): boolean {
  const { annotations, name } = Object(value.metadata);
  const hook: unknown = Object(annotations)['helm.sh/hook'];
  if (typeof hook !== 'string' || /^crd-install$/.test(hook)) return false;
  if (/^test/.test(hook)) return true;
  report({
    code: 'build/hook-left-out',
    severity: 'warning',
    message: `${value.kind} ${name} is left out: it is a Helm hook (${hook}), and hooks are not run`,
    at: at(pointerTo(['metadata', 'annotations', 'helm.sh/hook'])),
    hint: 'apply it by hand, or take the annotation helm.sh/hook off to have it always there',
  });
  return true;
}
