import { isBlank } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { YamlError } from './fault.ts';
import type { Token } from './token.ts';

const header = /[|>](?:([-+])([0-9]?)|([0-9])([-+]?))?[ \t]*(?:#[^\n\r\x85\u2028\u2029]*)?/y;

/**
 * Reads a literal (`|`) or folded (`>`) block scalar.
 *
 * @param parent - indentation of the surrounding block; -1 outside of blocks
 */
export function readBlockScalar(cursor: Cursor, parent: number): Token {
  const start = cursor.at;
  const isLiteral = cursor.peek() === 0x7c;
  const { chomping, increment } = readHeader(cursor);
  const indent = increment === 0 ? 0 : Math.max(parent, 0) + increment;
  const block = new Block(cursor, { indent, parent });
  let value = '';
  let lineBreak = '';
  let isMoreIndented = false;
  let breaks = block.skipEmptyLines();
  while (cursor.column === block.indent && cursor.peek() !== 0) {
    const isIndented = isBlank(cursor.peek());
    const isFolded = !isLiteral && lineBreak === '\n' && !isMoreIndented && !isIndented;
    value += isFolded ? (breaks === '' ? ' ' : '') : lineBreak;
    value += breaks;
    isMoreIndented = isIndented;
    const from = cursor.at;
    cursor.skipLine();
    value += cursor.text.slice(from, cursor.at);
    lineBreak = cursor.isAtBreak() ? cursor.takeBreak() : '';
    breaks = block.skipEmptyLines();
  }
  if (chomping !== '-') value += lineBreak;
  if (chomping === '+') value += breaks;
  return { type: 'scalar', start, end: block.end, value, isPlain: false };
}

interface Header {
  readonly chomping: string;
  /** Indentation relative to the parent; 0 when the first line decides it. */
  readonly increment: number;
}

function readHeader(cursor: Cursor): Header {
  const start = cursor.at;
  header.lastIndex = start;
  const [, chomp, digit, otherDigit, otherChomp] = header.exec(cursor.text) ?? [];
  cursor.at = header.lastIndex;
  const increment = digit || otherDigit || '';
  if (increment === '0') throw new YamlError('a block text cannot have an indentation of 0', start);
  if (cursor.peek() !== 0) {
    if (!cursor.isAtBreak()) {
      throw new YamlError('expected a comment or the end of the line after | or >', cursor.at);
    }
    cursor.takeBreak();
  }
  return { chomping: chomp ?? otherChomp ?? '', increment: Number(increment) };
}

/** The indentation of a block scalar, which its first line decides unless its header does. */
class Block {
  indent: number;
  /** The end of the last line of the block. */
  end: number;
  readonly #cursor: Cursor;
  readonly #parent: number;

  constructor(
    cursor: Cursor,
    { indent, parent }: { readonly indent: number; readonly parent: number },
  ) {
    this.indent = indent;
    this.end = cursor.at;
    this.#cursor = cursor;
    this.#parent = parent;
  }

  /** Passes empty lines and the indentation of the next line; returns the line breaks. */
  skipEmptyLines(): string {
    const cursor = this.#cursor;
    let breaks = '';
    let widest = 0;
    this.end = cursor.at;
    for (;;) {
      while (this.#isIndentation() && cursor.peek() === 0x20) cursor.at++;
      widest = Math.max(widest, cursor.column);
      if (this.#isIndentation() && cursor.peek() === 0x09) {
        throw new YamlError('a tab cannot indent a block text', cursor.at);
      }
      if (!cursor.isAtBreak()) break;
      breaks += cursor.takeBreak();
      this.end = cursor.at;
    }
    if (this.indent === 0) this.indent = Math.max(widest, this.#parent + 1, 1);
    return breaks;
  }

  #isIndentation(): boolean {
    return this.indent === 0 || this.#cursor.column < this.indent;
  }
}
