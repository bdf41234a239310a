import type { AcceptedDiagnostic } from '#model/acceptance.ts';
import { type Diagnostic, positionText } from '#model/diagnostic.ts';
import { printYaml } from '#model/manifest.ts';
import { count } from '../print/compile.ts';
import { lineOf } from '../print/output.ts';
import { linesWithFrame, type ShownSource } from '../print/shown-source.ts';
import { formatGithub } from './github.ts';
import { formatGitlab } from './gitlab.ts';
import { formatJunit } from './junit.ts';
import type { LintResult } from './lint.ts';
import { formatSarif } from './sarif.ts';

export type LintFormat = 'text' | 'json' | 'yaml' | 'sarif' | 'github' | 'junit' | 'gitlab';

/** How to print the result of a lint. */
interface FormatOptions {
  readonly format: LintFormat;
  /** Whether to list the accepted warnings. */
  readonly lists?: boolean;
  /** The sources that the text format shows lines of; no source when absent. */
  readonly source?: ShownSource;
}

/** Formats the result of a lint; files are relative to the repository. */
export function formatFindings(
  { diagnostics, accepted }: LintResult,
  { format, lists = false, source = () => undefined }: FormatOptions,
): string {
  const listed = lists ? accepted : [];
  switch (format) {
    case 'text':
      return formatText({ diagnostics, accepted }, listed, source);
    case 'json':
      return JSON.stringify(dataOf({ diagnostics, accepted }, lists), null, 2);
    case 'yaml':
      return printYaml(dataOf({ diagnostics, accepted }, lists)).trimEnd();
    case 'sarif':
      return formatSarif(diagnostics, listed);
    case 'github':
      return formatGithub(diagnostics, listed);
    case 'junit':
      return formatJunit(diagnostics, listed);
    case 'gitlab':
      return formatGitlab(diagnostics, listed);
  }
}

/** Returns the result for programs. */
function dataOf({ diagnostics, accepted }: LintResult, lists: boolean): object {
  return { ok: errorsIn(diagnostics) === 0, diagnostics, ...(lists && { accepted }) };
}

function formatText(
  { diagnostics, accepted }: LintResult,
  listed: readonly AcceptedDiagnostic[],
  source: ShownSource,
): string {
  const errors = errorsIn(diagnostics);
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const summary =
    errors + warnings === 0
      ? 'nothing to correct'
      : `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  const hidden = accepted.filter(({ severity }) => severity === 'warning').length;
  const separator = errors + warnings === 0 ? '; ' : ', ';
  const lines = [
    ...diagnostics.flatMap((found) => linesWithFrame(found, source)),
    ...listed.flatMap(acceptedLines),
    hidden === 0 ? summary : `${summary}${separator}${count(hidden, 'accepted warning')}`,
  ];
  return lines.map(lineOf).join('\n');
}

function acceptedLines({ code, message, at, acceptance }: AcceptedDiagnostic): readonly string[] {
  return [
    `${positionText(at)}: accepted ${code}: ${message}`,
    `  ${positionText(acceptance.at)}: accepted: ${acceptance.reason}`,
  ];
}

function errorsIn(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}
