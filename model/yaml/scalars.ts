import { isBlank, isFlowIndicator, isGap } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { YamlError } from './fault.ts';
import type { Token } from './token.ts';

/** What surrounds a scalar. */
export interface ScalarContext {
  /** Indentation of the surrounding block; -1 outside of blocks. */
  readonly indent: number;
  readonly isInFlow: boolean;
}

/** Reads a scalar without quotes, of one line or several, and passes the line breaks after it. */
export function readPlain(cursor: Cursor, { indent, isInFlow }: ScalarContext): Token {
  const start = cursor.at;
  let end = start;
  let value = '';
  for (let joint = ''; !cursor.isAtMarker() && cursor.peek() !== 0x23; ) {
    const from = cursor.at;
    skipWords(cursor, isInFlow);
    if (cursor.at > from) {
      end = cursor.at;
      value += joint + cursor.text.slice(from, end);
      joint = '';
    }
    cursor.skipBlanks();
    if (!cursor.isAtBreak()) break;
    joint = foldBreaks(cursor, cursor.takeBreak(), indent + 1);
    if (!isInFlow && cursor.column <= indent) break;
  }
  return { type: 'scalar', start, end, value, isPlain: true };
}

/** Passes words up to the end of the line, a comment, or an indicator that ends a plain scalar. */
function skipWords(cursor: Cursor, isInFlow: boolean): void {
  const { text, end } = cursor;
  let isInWord = false;
  for (let at = cursor.at; at < end; at++) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) isInWord = false;
    else {
      if (endsPlain(code, isInFlow) || (code === 0x23 && !isInWord)) return;
      if (code === 0x3a && isGap(cursor.codeAt(at + 1))) return;
      isInWord = true;
      cursor.at = at + 1;
    }
  }
}

function endsPlain(code: number, isInFlow: boolean): boolean {
  return isGap(code) || (isInFlow && isFlowIndicator(code));
}

/**
 * Passes blanks and line breaks after a first line break, and returns the text that all of them stand for.
 *
 * @param first - '' for an escaped line break
 * @param tabsFrom - the first column where a tab may be
 */
function foldBreaks(cursor: Cursor, first: string, tabsFrom: number): string {
  let others = '';
  for (;;) {
    cursor.skipSpaces();
    if (cursor.isAtBreak()) others += cursor.takeBreak();
    else if (!isBlank(cursor.peek())) break;
    else if (cursor.peek() === 0x09 && cursor.column < tabsFrom) {
      throw new YamlError('a tab cannot indent a line', cursor.at);
    } else cursor.at++;
  }
  return first === '\n' && others === '' ? ' ' : (first === '\n' ? '' : first) + others;
}

const simpleQuoted: Readonly<Record<string, RegExp>> = {
  '"': /"[^"\\\n\r\x85\u2028\u2029]*"/y,
  "'": /'[^'\n\r\x85\u2028\u2029]*'(?!')/y,
};

/** Reads a scalar in single or double quotes. */
export function readQuoted(cursor: Cursor): Token {
  const { text, at: start } = cursor;
  const simple = simpleQuoted[text[start] ?? ''];
  if (simple !== undefined) {
    simple.lastIndex = start;
    if (simple.test(text) && simple.lastIndex <= cursor.end) {
      const end = simple.lastIndex;
      cursor.at = end;
      return { type: 'scalar', start, end, value: text.slice(start + 1, end - 1), isPlain: false };
    }
  }
  const value = readParts(cursor);
  return { type: 'scalar', start, end: cursor.at, value, isPlain: false };
}

/** Reads a quoted scalar with escapes or line breaks, to the end of its closing quote. */
function readParts(cursor: Cursor): string {
  const start = cursor.at;
  const quote = cursor.peek();
  cursor.at++;
  let value = '';
  for (;;) {
    if (cursor.isAtMarker())
      throw new YamlError(
        'a quoted text cannot contain --- or ... at the start of a line',
        cursor.at,
      );
    if (cursor.peek() === 0) throw new YamlError('the quoted string does not end', start);
    const word = readQuotedWord(cursor, quote);
    value += word.text;
    if (cursor.peek() === quote) break;
    const from = cursor.at;
    if (!word.hasBreak) cursor.skipBlanks();
    if (word.hasBreak) value += foldBreaks(cursor, '', 0);
    else if (cursor.isAtBreak()) value += foldBreaks(cursor, cursor.takeBreak(), 0);
    else value += cursor.text.slice(from, cursor.at);
  }
  cursor.at++;
  return value;
}

interface QuotedWord {
  readonly text: string;
  /** An escaped line break ends the word. */
  readonly hasBreak: boolean;
}

/** Reads characters and escapes up to a gap, the closing quote or an escaped line break. */
function readQuotedWord(cursor: Cursor, quote: number): QuotedWord {
  let text = '';
  for (let from = cursor.at; ; ) {
    const code = cursor.peek();
    if (code === quote && quote === 0x27 && cursor.peek(1) === 0x27) {
      text += cursor.text.slice(from, cursor.at + 1);
      cursor.at += 2;
      from = cursor.at;
    } else if (code === 0x5c && quote === 0x22) {
      text += cursor.text.slice(from, cursor.at);
      cursor.at++;
      if (cursor.isAtBreak()) {
        cursor.takeBreak();
        return { text, hasBreak: true };
      }
      text += readEscape(cursor);
      from = cursor.at;
    } else if (code === quote || isGap(code)) {
      return { text: text + cursor.text.slice(from, cursor.at), hasBreak: false };
    } else cursor.at++;
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['/', '/'],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

const hexLengths: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Reads what follows a backslash. */
function readEscape(cursor: Cursor): string {
  const letter = cursor.text[cursor.at] ?? '';
  const start = cursor.at - 1;
  const simple = escapes.get(letter);
  cursor.at++;
  if (simple !== undefined && (letter !== '/' || cursor.isJson)) return simple;
  const length = hexLengths.get(letter) ?? 0;
  const digits = cursor.text.slice(cursor.at, cursor.at + length);
  if (length === 0) throw new YamlError(`unknown escape \\${letter} in double quotes`, start);
  const code =
    /^[0-9a-f]+$/i.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : -1;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff && !cursor.isJson;
  if (code < 0 || code > 0x10ffff || isSurrogate) {
    throw new YamlError(`\\${letter}${digits} is not the escape of a character`, start);
  }
  cursor.at += length;
  return String.fromCodePoint(code);
}
