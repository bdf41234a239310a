import { type Diagnostic, formatDiagnostic } from '#model/diagnostic.ts';
import { count } from '../print/compile.ts';
import { formatGithub } from './github.ts';
import { formatGitlab } from './gitlab.ts';
import { formatJunit } from './junit.ts';
import { formatSarif } from './sarif.ts';

export type LintFormat = 'text' | 'json' | 'sarif' | 'github' | 'junit' | 'gitlab';

/** What was found as a program or person wants to read it; files are relative to the repository. */
export function formatFindings(diagnostics: readonly Diagnostic[], format: LintFormat): string {
  switch (format) {
    case 'text':
      return formatText(diagnostics);
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

function formatText(diagnostics: readonly Diagnostic[]): string {
  const errors = errorsIn(diagnostics);
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const summary =
    errors + warnings === 0
      ? 'nothing to correct'
      : `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  return [...diagnostics.map(formatDiagnostic), summary].join('\n');
}

function errorsIn(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}
