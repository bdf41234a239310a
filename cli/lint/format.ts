import type { Diagnostic } from '#model/diagnostic.ts';
import { count } from '../print/compile.ts';
import { lineOf } from '../print/output.ts';
import { linesWithFrame, type ShownSource } from '../print/shown-source.ts';
import { formatGithub } from './github.ts';
import { formatGitlab } from './gitlab.ts';
import { formatJunit } from './junit.ts';
import { formatSarif } from './sarif.ts';

export type LintFormat = 'text' | 'json' | 'sarif' | 'github' | 'junit' | 'gitlab';

/**
 * Formats the diagnostics of a lint; files are relative to the repository.
 *
 * @param source - the sources that the text format shows lines of
 */
export function formatFindings(
  diagnostics: readonly Diagnostic[],
  format: LintFormat,
  source: ShownSource = () => undefined,
): string {
  switch (format) {
    case 'text':
      return formatText(diagnostics, source);
    case 'json':
      return JSON.stringify({ ok: errorsIn(diagnostics) === 0, diagnostics }, null, 2);
    case 'sarif':
      return formatSarif(diagnostics);
    case 'github':
      return formatGithub(diagnostics);
    case 'junit':
      return formatJunit(diagnostics);
    case 'gitlab':
      return formatGitlab(diagnostics);
  }
}

function formatText(diagnostics: readonly Diagnostic[], source: ShownSource): string {
  const errors = errorsIn(diagnostics);
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const summary =
    errors + warnings === 0
      ? 'nothing to correct'
      : `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  const lines = [...diagnostics.flatMap((found) => linesWithFrame(found, source)), summary];
  return lines.map(lineOf).join('\n');
}

function errorsIn(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}
