import { byText } from './object.ts';

/** Where in the fleet repository: a path with `/`, and a place in it. */
export interface Position {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

/** One fault in the user's repository. A pass reports it and goes on; it is never thrown. */
export interface Diagnostic {
  /** `<pass>/<fault>`, stable across releases, one heading each in docs/diagnostics.md. */
  readonly code: `${string}/${string}`;
  /** A note says what happens, or what was not looked at; it fails nothing, not even with `--strict`. */
  readonly severity: 'error' | 'warning' | 'note';
  /** One clause that names the object and the value at fault; no full stop. */
  readonly message: string;
  readonly at: Position;
  /** What the author can do, in the imperative. */
  readonly hint?: string;
}

export type Report = (diagnostic: Diagnostic) => void;

/** `file:line:column: severity code: message`, then the hint on a line of its own. */
export function formatDiagnostic({ code, severity, message, at, hint }: Diagnostic): string {
  const line = `${at.file}:${at.line}:${at.column}: ${severity} ${code}: ${message}`;
  return hint === undefined ? line : `${line}\n  hint: ${hint}`;
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
