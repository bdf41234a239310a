import type { DiagnosticCode } from './diagnostic-code.ts';
import { byText } from './object.ts';
import { printable } from './printable.ts';

/** A line and column in a text. */
export interface LineColumn {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

/** A line and column in a file of the fleet repository. */
export interface Position extends LineColumn {
  /** Relative to the repository, with `/`. */
  readonly file: string;
}

/** One fault in the user's repository. A pass reports it and continues; it is never thrown. */
export interface Diagnostic {
  /** A code such as `parse/duplicate-object`, stable across releases, with a heading in docs/diagnostics.md. */
  readonly code: DiagnosticCode;
  /** A note informs about an effect or a skipped check; it fails no command, even with `--strict`. */
  readonly severity: 'error' | 'warning' | 'note';
  /** One clause that names the object and the value at fault; no full stop. */
  readonly message: string;
  readonly at: Position;
  /** Where the value at fault ends in the file of `at`, exclusive; absent when its extent is unknown. */
  readonly end?: LineColumn;
  /** Other positions that are part of the fault, such as that of the first of two objects with one name. */
  readonly related?: readonly RelatedPlace[];
  /** What the author can do, in the imperative. */
  readonly hint?: string;
}

/** A position with a clause that describes it. */
export interface RelatedPlace {
  readonly at: Position;
  readonly message: string;
}

/** Called with each diagnostic. */
export type Report = (diagnostic: Diagnostic) => void;

/** Returns a function that reports each diagnostic only the first time. */
export function once(report: Report): Report {
  const reported = new Set<string>();
  return (diagnostic) => {
    const key = JSON.stringify(diagnostic);
    if (!reported.has(key)) report(diagnostic);
    reported.add(key);
  };
}

/** Returns the lines of a diagnostic as a text, in which a line break inside a value is an escape. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  return diagnosticLines(diagnostic).map(printable).join('\n');
}

/**
 * Returns the lines of a diagnostic: `file:line:column: severity code: message`, then indented the code
 * frame, each related position and the hint.
 *
 * @param frame - lines of the source text, from `codeFrame`
 */
export function diagnosticLines(
  diagnostic: Diagnostic,
  frame: readonly string[] = [],
): readonly string[] {
  const { code, severity, message, at, related = [], hint } = diagnostic;
  return [
    `${positionText(at)}: ${severity} ${code}: ${message}`,
    ...frame.map((line) => `  ${line}`),
    ...related.map((other) => `  ${positionText(other.at)}: ${other.message}`),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ];
}

/** Returns a position as `file:line:column`. */
export function positionText({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}

/** Orders diagnostics by file, line, column, then code and message. */
export function byPosition(a: Diagnostic, b: Diagnostic): number {
  return (
    byText(a.at.file, b.at.file) ||
    a.at.line - b.at.line ||
    a.at.column - b.at.column ||
    byText(a.code, b.code) ||
    byText(a.message, b.message)
  );
}
