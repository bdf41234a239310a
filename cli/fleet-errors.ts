import type { Diagnostic } from '#model/diagnostic.ts';
import { formatDiagnostics } from './compile-output.ts';

/** Tells the errors of a fleet, and what they mean for what is told of it; whether there are any. */
export function reportErrors(diagnostics: readonly Diagnostic[]): boolean {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const consequence = 'while there are any, compile writes nothing';
  for (const line of formatDiagnostics(errors, consequence)) console.error(line);
  return errors.length > 0;
}
