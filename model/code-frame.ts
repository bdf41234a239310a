import type { Diagnostic } from './diagnostic.ts';
import { printable } from './printable.ts';

/** Maximum width of a line, in characters. A longer line is cut to a window around the fault. */
const maxWidth = 120;

/**
 * Returns the line before a fault, the line at fault, and a line of carets from `at` to `end`, with
 * line numbers. A fault without an extent gets one caret. Returns nothing when the text has no such
 * line.
 *
 * @param text - content of the file in `at`
 */
export function codeFrame(
  { at, end }: Pick<Diagnostic, 'at' | 'end'>,
  text: string,
): readonly string[] {
  const lines = text.split(/\r?\n/);
  const fault = lines[at.line - 1];
  if (fault === undefined) return [];
  const start = at.column - 1;
  const stop = end?.line === at.line ? end.column - 1 : end && fault.length;
  const from = fault.length > maxWidth ? Math.max(0, start - maxWidth / 2) : 0;
  const digits = String(at.line).length;
  const row = (number: string, line: string) => `${number.padStart(digits)} | ${line}`.trimEnd();
  const before = lines[at.line - 2];
  return [
    ...(before === undefined ? [] : [row(String(at.line - 1), printable(window(before, from)))]),
    row(String(at.line), printable(window(fault, from))),
    row('', carets(fault.slice(from, start), fault.slice(start, stop ?? start + 1))),
  ];
}

function window(line: string, from: number): string {
  return line.slice(from, from + maxWidth);
}

function carets(before: string, marked: string): string {
  return ' '.repeat(widthOf(before)) + '^'.repeat(Math.max(1, widthOf(marked.slice(0, maxWidth))));
}

/** Returns the number of terminal columns of a text after `printable`. */
function widthOf(text: string): number {
  return [...printable(text)].reduce((sum, char) => sum + columnsOf(char), 0);
}

const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Returns the number of terminal columns of a character. */
function columnsOf(char: string): number {
  if (/\p{M}/u.test(char)) return 0;
  return wide.test(char) ? 2 : 1;
}
