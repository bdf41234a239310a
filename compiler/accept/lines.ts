import type { Position } from '#model/diagnostic.ts';

/** A line of the annotation `regatta.dev/accept`. */
export interface AcceptedLine {
  readonly code: string;
  /** Empty if the line gives no reason. */
  readonly reason: string;
  readonly at: Position;
}

/**
 * Reads the lines `code: reason` of an annotation, and skips empty ones.
 *
 * @param text - the source file
 * @param at - the position of the annotation's value in it
 */
export function acceptedLines(
  value: string,
  { text, at }: { readonly text: string; readonly at: Position },
): readonly AcceptedLine[] {
  const source = text.split('\n');
  let from = at.line - 1;
  return value.split('\n').flatMap((line) => {
    const trimmed = line.trim();
    if (trimmed === '') return [];
    const found = source.findIndex((one, index) => index >= from && one.includes(trimmed));
    const colon = trimmed.indexOf(':');
    const code = colon < 0 ? trimmed : trimmed.slice(0, colon).trim();
    const reason = colon < 0 ? '' : trimmed.slice(colon + 1).trim();
    if (found < 0) return [{ code, reason, at }];
    from = found + (value.includes('\n') ? 1 : 0);
    return [{ code, reason, at: positionIn(source, found, trimmed, at.file) }];
  });
}

function positionIn(source: readonly string[], line: number, part: string, file: string): Position {
  return { file, line: line + 1, column: 1 + (source[line] ?? '').indexOf(part) };
}
