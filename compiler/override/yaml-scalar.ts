import { isTimestamp, readNumber } from '#model/yaml/resolve.ts';

/** YAML output: the text so far, and the length of its last line. */
export interface YamlText {
  text: string;
  /** Length in code points. */
  column: number;
}

/** The context of a scalar. */
export interface ScalarPlace {
  /** Indentation of the second line and later ones. */
  readonly indent: number;
  /** The scalar is a key on one line with its value. */
  readonly isSimpleKey: boolean;
}

/** Breaks lines at the first space after this column. */
const bestWidth = 80;

const lineBreak = /[\r\n\u0085\u2028\u2029]/;
const unprintable = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;

/**
 * Writes a text in the style that go-yaml v2 chooses. No library prints the same bytes; without
 * Karmada's fieldOverrider for YAML this file could go.
 *
 * Source: go.yaml.in/yaml/v2 v2.4, emitterc.go and encode.go.
 */
export function writeText(value: string, place: ScalarPlace, to: YamlText): void {
  const style = styleOf(value, place);
  if (style === 'literal') writeLiteral(value, place, to);
  else if (style === 'double') writeDoubleQuoted(value, place, to);
  else writeFolded(value, { ...place, quote: style === 'single' ? "'" : '' }, to);
}

/** Appends to the current line. */
export function write(text: string, to: YamlText): void {
  to.text += text;
  to.column += text.length === 1 ? 1 : [...text].length;
}

/** Starts a new line unless the current one is empty. */
export function startLine(indent: number, to: YamlText): void {
  if (to.column > 0) to.text += '\n';
  to.text += ' '.repeat(indent);
  to.column = indent;
}

function styleOf(value: string, place: ScalarPlace): 'plain' | 'single' | 'double' | 'literal' {
  const isSpecial = unprintable.test(value) || / [\r\n\u0085\u2028\u2029]/.test(value);
  if (value.includes('\n')) {
    return isSpecial || value.endsWith(' ') || place.isSimpleKey ? 'double' : 'literal';
  }
  if (isSpecial || !readsAsText(value)) return 'double';
  if (lineBreak.test(value)) {
    return place.isSimpleKey || /[\u2028\u2029] /.test(value) ? 'double' : 'single';
  }
  return hasIndicator(value) || /^ | $/.test(value) ? 'single' : 'plain';
}

/** Reports whether a text has characters with a meaning in YAML. */
function hasIndicator(value: string): boolean {
  return (
    /^(?:---|\.\.\.)/.test(value) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(value) ||
    /^[?:-](?:[ \t]|$)/.test(value) ||
    /:(?:[ \t]|$)|[ \t]#/.test(value)
  );
}

const words: ReadonlySet<string> = new Set(
  ['y', 'yes', 'true', 'on', 'n', 'no', 'false', 'off', 'null', '~', '']
    .flatMap((word) => [word, word.toUpperCase(), word.slice(0, 1).toUpperCase() + word.slice(1)])
    .concat('.nan', '.NaN', '.NAN'),
);

const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** Reports whether a YAML parser reads the text in plain style as the same text. */
function readsAsText(value: string): boolean {
  return (
    !words.has(value) &&
    !(/^[-+.\d]/.test(value) && readNumber(value) !== undefined) &&
    !sexagesimal.test(value) &&
    !isTimestamp(value)
  );
}

/** Writes plain style or single quotes, and folds long texts. */
function writeFolded(
  value: string,
  { indent, isSimpleKey, quote }: ScalarPlace & { readonly quote: '' | "'" },
  to: YamlText,
): void {
  write(quote, to);
  const letters = [...value];
  for (const [index, letter] of letters.entries()) {
    if (canFold(letters, index, to) && !isSimpleKey && letters[index + 1] !== ' ') {
      startLine(indent, to);
    } else if (lineBreak.test(letter)) {
      to.text += letter;
      to.column = 0;
    } else {
      if (lineBreak.test(letters[index - 1] ?? '')) startLine(indent, to);
      write(letter === quote ? "''" : letter, to);
    }
  }
  write(quote, to);
}

/** Reports whether a line may break at a space: the first of several, and not at either end. */
function canFold(letters: readonly string[], index: number, { column }: YamlText): boolean {
  return (
    letters[index] === ' ' &&
    column > bestWidth &&
    index > 0 &&
    index < letters.length - 1 &&
    letters[index - 1] !== ' '
  );
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\u0085', 'N'],
  ['\u00a0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
]);

function writeDoubleQuoted(
  value: string,
  { indent, isSimpleKey }: ScalarPlace,
  to: YamlText,
): void {
  write('"', to);
  const letters = [...value];
  // go-yaml treats every letter of a text that starts with a byte order mark as a byte order mark.
  const all = value.startsWith('\ufeff');
  for (const [index, letter] of letters.entries()) {
    if (canFold(letters, index, to) && !isSimpleKey && !all) {
      startLine(indent, to);
      if (letters[index + 1] === ' ') write('\\', to);
    } else {
      write(all || isEscaped(letter) ? escapeOf(letter) : letter, to);
    }
  }
  write('"', to);
}

function isEscaped(letter: string): boolean {
  return unprintable.test(letter) || lineBreak.test(letter) || letter === '"' || letter === '\\';
}

function escapeOf(letter: string): string {
  const known = escapes.get(letter);
  if (known !== undefined) return `\\${known}`;
  const code = letter.codePointAt(0) ?? 0;
  const [mark, width] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${mark}${code.toString(16).toUpperCase().padStart(width, '0')}`;
}

function writeLiteral(value: string, { indent }: ScalarPlace, to: YamlText): void {
  const hint = /^[ \r\n\u0085\u2028\u2029]/.test(value) ? '2' : '';
  write(`|${hint}${chompingOf(value)}\n`, to);
  to.column = 0;
  for (const line of value.split(/(?<=[\n\u2028\u2029])/)) {
    if (!/^[\n\u2028\u2029]/.test(line)) startLine(indent, to);
    to.text += line;
    to.column = lineBreak.test(line) ? 0 : indent + 1;
  }
}

function chompingOf(value: string): string {
  if (!/[\n\u2028\u2029]$/.test(value)) return '-';
  return /^.$|[\n\u2028\u2029]{2}$/su.test(value) ? '+' : '';
}
