/** Length of a value from which a line shows only its part that differs, in characters. */
const maxLength = 60;

/** Number of characters that a line shows before a difference in a long value. */
const context = 12;

/**
 * Describes the change of a value in one line, such as `nginx:1.4 → nginx:1.5`. Of a long value, the line shows the part
 * that differs. A value that does not exist is undefined.
 */
export function describeChange(change: {
  readonly before?: unknown;
  readonly after?: unknown;
}): string {
  const before = textOf(change.before) ?? '(none)';
  const after = textOf(change.after) ?? '(removed)';
  if (before === after) return `${cut(before, 0)}, as before`;
  const same = commonStart(before, after);
  const start = before.length > maxLength || after.length > maxLength ? same - context : 0;
  return `${cut(before, start)} → ${cut(after, start)}`;
}

/** Returns a value as one line: a text unchanged unless a line break or a quote would make it ambiguous, else JSON. */
function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' && /^[^\s"[\]{}][^\n\r\t]*$/.test(value)
    ? value
    : JSON.stringify(value);
}

function commonStart(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  return index;
}

function cut(text: string, start: number): string {
  const from = Math.max(0, start);
  const part = text.slice(from, from + maxLength);
  return `${from > 0 ? '…' : ''}${part}${from + maxLength < text.length ? '…' : ''}`;
}
