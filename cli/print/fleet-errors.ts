import type { Diagnostic } from '#model/diagnostic.ts';
import { formatDiagnostics } from './compile.ts';

/** Tells the errors among diagnostics, and what follows from them; whether there are any. */
export function reportErrors(diagnostics: readonly Diagnostic[], consequence: string): boolean {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  for (const line of formatDiagnostics(errors, consequence)) console.error(line);
  return errors.length > 0;
}
