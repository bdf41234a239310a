/** Formats what `regatta import` did. */
import type { Import } from '#compiler/import/import.ts';
import type { RefreshStep } from '#compiler/import/refresh.ts';

/** Returns the lines about objects of the export: those left out, the proposals, and plain Secrets. */
export function formatImported(
  { documents, leftOut, proposals }: Import,
  type: 'written' | 'refreshed',
): readonly string[] {
  const secrets = type === 'written' ? documents.filter(({ isSecret }) => isSecret) : [];
  return [
    ...leftOut.map(({ object, reason }) => line('left out', `${object}: ${reason}`)),
    ...proposals.map(({ object, text }) => line('take over', `${object}: ${text}`)),
    ...secrets.map(({ object }) => line('warning', `${object} is now stored in plain text`)),
  ];
}

/** Returns the lines about what a further import changed: `merged    templates/web.yaml:3: Deployment shop/web`. */
export function formatSteps(steps: readonly RefreshStep[]): readonly string[] {
  return steps.map(({ type, object, file, line: at, reason }) =>
    line(type, `${file}:${at}: ${object}${reason === '' ? '' : `: ${reason}`}`),
  );
}

function line(word: string, text: string): string {
  return `${word.padEnd(10)} ${text}`;
}
