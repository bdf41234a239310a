import { readFileSync } from 'node:fs';

/** Returns docs/diagnostics.md, which explains each diagnostic code and its remedy. */
export function diagnosticHelp(): string {
  const isSource = import.meta.filename.endsWith('.ts');
  // The build copies the file beside the bundle.
  const path = isSource ? '../docs/diagnostics.md' : 'diagnostics.md';
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
