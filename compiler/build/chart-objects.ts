import type { Diagnostic, Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { pointerTo } from '#model/pointer.ts';
import type { ChartDocument, RenderedChart } from '#model/template-build.ts';
import type { RawObject, ReadObjects } from '../parse/documents.ts';
import { chartPositions } from './chart-positions.ts';

interface ChartOutput extends RenderedChart {
  readonly chart: string;
  readonly files: FileMap;
  readonly read: ReadObjects;
}

/** Returns the objects of a rendered chart, each with its position in the templates. */
export function chartObjects(output: ChartOutput, report: Report): readonly RawObject[] {
  const { documents, read } = output;
  return documents
    .filter((document) => !isHook(document, output, report))
    .flatMap((document) => {
      const { file, locate, atLine } = chartPositions(document, output);
      const located: Report = (diagnostic) => {
        const at = atLine(diagnostic.at.line);
        const related = diagnostic.related?.map((one) => ({ ...one, at: atLine(one.at.line) }));
        report(inChart({ ...diagnostic, at, ...(related && { related }) }, document, output));
      };
      return read({ file, text: document.text }, located).map((object) => ({
        ...object,
        at: locate(object),
      }));
    });
}

/**
 * Turns a duplicate key into a warning, because Helm uses its last value, too, and because a user of the chart
 * cannot change it.
 */
function inChart(
  diagnostic: Diagnostic,
  { source }: ChartDocument,
  { chart }: ChartOutput,
): Diagnostic {
  const { code, message } = diagnostic;
  if (code !== 'parse/duplicate-key') return diagnostic;
  return {
    ...diagnostic,
    severity: 'warning',
    message: `chart ${chart.slice(chart.lastIndexOf('/') + 1)}: template ${source}: ${message}`,
    hint: 'Regatta uses the last value, as Helm does',
  };
}

/** Returns whether a document is a Helm hook. Reports hooks other than tests, because Regatta does not run them. */
function isHook(document: ChartDocument, output: ChartOutput, report: Report): boolean {
  const { hook, text } = document;
  if (hook === undefined) return false;
  if (hook.every((event) => event === 'test')) return true;
  const { file, locate } = chartPositions(document, output);
  const [object] = output.read({ file, text }, () => {});
  if (object === undefined) return true;
  const { kind, metadata } = object.value;
  report({
    code: 'build/hook-left-out',
    severity: 'warning',
    message: `${kind} ${Object(metadata).name} is not rendered: it is a Helm hook (${hook.join(',')}), and Regatta does not run hooks`,
    at: locate(object)(pointerTo(['metadata', 'annotations', 'helm.sh/hook'])),
    hint: 'apply it manually, or remove the annotation helm.sh/hook to render it like any other object',
  });
  return true;
}
