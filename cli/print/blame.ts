import type { BlamedLine } from '#compiler/explain/blame.ts';
import type { Origin } from '#compiler/explain/origin.ts';

/** Who put it there, then the line, in two columns. */
export function formatBlame(lines: readonly BlamedLine[]): readonly string[] {
  const origins = lines.map(({ origin }) => formatOrigin(origin));
  const width = Math.max(...origins.map(({ length }) => length));
  return lines.map(({ text }, index) => `${(origins[index] ?? '').padEnd(width)}  ${text}`);
}

function formatOrigin({ by, policy, at }: Origin): string {
  if (at === undefined) return `(${by})`;
  return `${at.file}:${at.line}${policy === undefined ? '' : ` ${policy}`}`;
}
