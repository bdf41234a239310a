import { readFileSync } from 'node:fs';

/** Returns the text of docs/diagnostics.md about each diagnostic code: what it means, and its remedy. */
export function diagnosticHelp(): ReadonlyMap<string, string> {
  const isSource = import.meta.filename.endsWith('.ts');
  // The build copies the file beside the bundle.
  const path = isSource ? '../docs/diagnostics.md' : 'diagnostics.md';
  const guide = readFileSync(new URL(path, import.meta.url), 'utf8');
  return new Map(
    guide
      .split(/^#+ /m)
      .map((part) => /^`([^`]+)`\n+([\s\S]*)$/.exec(part) ?? [])
      .map(([, code = '', text = '']) => [code, text.trim()] as const)
      .filter(([code]) => code !== ''),
  );
}
