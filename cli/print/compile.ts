import { type Diagnostic, formatDiagnostic } from '#model/diagnostic.ts';
import type { CompileResult } from '../fleet/compile.ts';

/** How many diagnostics or paths are shown before they are only counted. */
const shown = 100;

/** Diagnostics as people read them, and how many there are. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  consequence = 'nothing was written',
): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return [
    ...diagnostics.slice(0, shown).map(formatDiagnostic),
    ...(diagnostics.length > shown ? [`and ${diagnostics.length - shown} more`] : []),
    ...(errors > 0 ? [`${count(errors, 'error')}: ${consequence}`] : []),
  ];
}

/** One line: `45 objects for 3 clusters: 2 files written, 43 unchanged, 0 removed in 120 ms`. */
export function formatSummary({ summary }: CompileResult, ms: number): string {
  const { objects, clusters, written, unchanged, removed } = summary;
  const target = `${count(objects, 'object')} for ${count(clusters, 'cluster')}`;
  return `${target}: ${count(written, 'file')} written, ${unchanged} unchanged, ${removed} removed in ${ms} ms`;
}

/** What `--check` says of output that is not what the sources give. */
export function formatStale({ summary, changed }: CompileResult): readonly string[] {
  const { written, removed } = summary;
  return [
    `the output is stale: ${count(written, 'file')} to write, ${removed} to remove`,
    ...changed.slice(0, shown).map((path) => `  ${path}`),
    ...(changed.length > shown ? [`  and ${changed.length - shown} more`] : []),
    'run regatta compile and commit the result',
  ];
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
