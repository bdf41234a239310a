import type { Diagnostic } from '#model/diagnostic.ts';
import type { CompileResult } from '../fleet/compile-result.ts';
import { paintDiagnostic } from './colour.ts';
import { printErrors } from './output.ts';
import { linesWithFrame, type ShownSource, shownSource } from './shown-source.ts';

/** Maximum number of listed diagnostics or paths. A further line counts the others. */
const shown = 100;

/**
 * Formats diagnostics, with the number of errors and their consequence at the end.
 *
 * @param source - the sources to show lines of; no source when absent
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  consequence: string,
  source: ShownSource = () => undefined,
): readonly string[] {
  const errors = diagnostics.filter(isError).length;
  return [
    ...diagnostics.slice(0, shown).flatMap((diagnostic) => linesWithFrame(diagnostic, source)),
    ...(diagnostics.length > shown ? [`and ${diagnostics.length - shown} more`] : []),
    ...(errors > 0 ? [`${count(errors, 'error')}: ${consequence}`] : []),
  ];
}

/** Prints diagnostics of the repository in a directory on stderr. Returns whether one of them is an error. */
export function printDiagnostics(
  directory: string,
  diagnostics: readonly Diagnostic[],
  consequence: string,
): boolean {
  const source = shownSource(directory, process.stderr);
  printErrors(formatDiagnostics(diagnostics, consequence, source), paintDiagnostic);
  return diagnostics.some(isError);
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/**
 * Formats the summary of a compile, such as `45 objects for 3 clusters: 2 files written, 43 unchanged,
 * 0 removed in 120 ms`.
 */
export function formatSummary({ summary }: CompileResult, ms: number): string {
  const { objects, clusters, written, unchanged, removed } = summary;
  const target = `${count(objects, 'object')} for ${count(clusters, 'cluster')}`;
  return `${target}: ${count(written, 'file')} written, ${unchanged} unchanged, ${removed} removed in ${ms} ms`;
}

/** Formats the result of `--check` for output that differs from the compiled sources. */
export function formatStale({ summary, changed }: CompileResult): readonly string[] {
  const { written, removed } = summary;
  return [
    `the output is stale: ${count(written, 'file')} to write, ${removed} to remove`,
    ...changed.slice(0, shown).map((path) => `  ${path}`),
    ...(changed.length > shown ? [`  and ${changed.length - shown} more`] : []),
    'run regatta compile and commit the result',
  ];
}

/** Formats a number with its noun, such as `1 file` or `2 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
