/** Marks of direction, separators, joiners, and fillers that look like spaces or like nothing. */
const invisible: ReadonlySet<number> = new Set([
  ...[0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x200b, 0x200e, 0x200f],
  ...[0x2028, 0x2029, 0x2060, 0x2800, 0x3164, 0xfeff, 0xffa0],
]);

/**
 * Returns whether a line holds a character that a terminal carries out, that ends a line, or that
 * changes the order or the visibility of others. Written without the code that it checks.
 */
export function commandsTerminal(line: string): boolean {
  return Array.from(line, (character) => character.codePointAt(0) ?? 0).some(
    (code) =>
      code < 0x20 ||
      (code >= 0x7f && code <= 0x9f) ||
      (code >= 0xd800 && code <= 0xdfff) ||
      invisible.has(code) ||
      (code >= 0xfe00 && code <= 0xfe0d) ||
      (code >= 0xe0100 && code <= 0xe01ef) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069) ||
      code === 0xe0001 ||
      (code >= 0xe0020 && code <= 0xe007f),
  );
}
