import type { Diagnostic, Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { type HookPhase, hookAnnotation, hookPhase } from '#model/helm-hook.ts';
import { pointerTo } from '#model/pointer.ts';
import type { ChartDocument, RenderedChart } from '#model/template-build.ts';
import type { RawObject, ReadObjects } from '../parse/documents.ts';
import { chartPositions } from './chart-positions.ts';

interface ChartOutput extends RenderedChart {
  readonly chart: string;
  readonly files: FileMap;
  readonly read: ReadObjects;
  /** Whether hooks of installations and upgrades are objects like any other. */
  readonly keepsHooks: boolean;
  /** Called with each hook of an installation or an upgrade that is left out. */
  readonly noteHook: (hook: RawObject) => void;
}

/** Returns the objects of a rendered chart, each with its position in the templates. */
export function chartObjects(output: ChartOutput, report: Report): readonly RawObject[] {
  const { documents, read } = output;
  return documents.flatMap((document) => {
    const hook = hookOf(document, output, report);
    if (hook === 'left-out') return [];
    const { file, locate, atLine } = chartPositions(document, output);
    const located: Report = (diagnostic) => {
      const at = atLine(diagnostic.at.line);
      const related = diagnostic.related?.map((one) => ({ ...one, at: atLine(one.at.line) }));
      report(inChart({ ...diagnostic, at, ...(related && { related }) }, document, output));
    };
    return read({ file, text: document.text }, located).map((object) => ({
      ...object,
      at: locate(object),
      ...(hook && { hook }),
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
    hint: 'remove one of the two from the template; Regatta uses the last value, as Helm does',
  };
}

/**
 * Returns when Helm runs a hook that the release keeps; undefined for a document without a hook's
 * annotation, and `left-out` for any other hook. Reports hooks that are left out, except tests.
 */
function hookOf(
  document: ChartDocument,
  output: ChartOutput,
  report: Report,
): HookPhase | 'left-out' | undefined {
  const { hook } = document;
  if (hook === undefined) return undefined;
  const phase = hookPhase(hook);
  if (phase !== undefined && output.keepsHooks) return phase;
  if (!hook.every((event) => event === 'test')) reportLeftOut(document, output, report);
  return 'left-out';
}

function reportLeftOut(document: ChartDocument, output: ChartOutput, report: Report): void {
  const { text, hook = [] } = document;
  const { file, locate } = chartPositions(document, output);
  const [object] = output.read({ file, text }, () => {});
  if (object === undefined) return;
  const { kind, metadata } = object.value;
  if (hookPhase(hook) !== undefined) output.noteHook({ ...object, at: locate(object) });
  report({
    code: 'build/hook-left-out',
    severity: 'warning',
    message: `${kind} ${Object(metadata).name} is not rendered: it is a Helm hook (${hook.join(',')}), and Regatta does not run hooks`,
    at: locate(object)(pointerTo(['metadata', 'annotations', hookAnnotation])),
    hint:
      hookPhase(hook) === undefined
        ? 'apply it manually, or remove the annotation helm.sh/hook to render it like any other object'
        : 'set hooks: Ordered in the HelmRelease of the chart to render it as an object that the syncer applies in the order of the hooks',
  });
}
