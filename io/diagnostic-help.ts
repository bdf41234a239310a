import { readFileSync } from 'node:fs';

/** The text of docs/diagnostics.md: what each code of a diagnostic means, and what to do. */
export function diagnosticHelp(): string {
  const isSource = import.meta.filename.endsWith('.ts');
  // The build puts it beside the bundle.
  const path = isSource ? '../docs/diagnostics.md' : 'diagnostics.md';
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
