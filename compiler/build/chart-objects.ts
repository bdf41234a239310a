import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { pointerTo } from '#model/pointer.ts';
import type { ChartDocument, RenderedChart } from '#model/template-build.ts';
import type { Memo } from '../memo.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { chartPositions } from './chart-positions.ts';

interface ChartOutput extends RenderedChart {
  readonly chart: string;
  readonly files: FileMap;
  readonly memo: Memo;
}

/** The objects that a chart printed, each with the template that it comes from. */
export function chartObjects(output: ChartOutput, report: Report): readonly RawObject[] {
  const { documents, memo } = output;
  return documents
    .filter((document) => !isHook(document, output, report))
    .flatMap((document) => {
      const { file, locate, atLine } = chartPositions(document, output);
      const located: Report = (diagnostic) =>
        report({ ...diagnostic, at: atLine(diagnostic.at.line) });
      return readObjects({ file, text: document.text }, located, memo).map((object) => ({
        ...object,
        at: locate(object),
      }));
    });
}

/** True for a hook: hooks run at points of an installation, and Regatta installs nothing. Tests get no warning. */
function isHook(document: ChartDocument, output: ChartOutput, report: Report): boolean {
  const { hook, text } = document;
  if (hook === undefined) return false;
  if (hook.every((event) => event === 'test')) return true;
  const { file, locate } = chartPositions(document, output);
  const [object] = readObjects({ file, text }, () => {}, output.memo);
  if (object === undefined) return true;
  const { kind, metadata } = object.value;
  report({
    code: 'build/hook-left-out',
    severity: 'warning',
    message: `${kind} ${Object(metadata).name} is left out: it is a Helm hook (${hook.join(',')}), and hooks are not run`,
    at: locate(object)(pointerTo(['metadata', 'annotations', 'helm.sh/hook'])),
    hint: 'apply it by hand, or take the annotation helm.sh/hook off to have it always there',
  });
  return true;
}
