import type { Cursor } from './cursor.ts';
import { YamlError } from './fault.ts';
import { type Token, type TokenType, tokenAt } from './token.ts';

/** A place where a key without `?` may have started. A `:` on the same line shows that it did. */
interface KeyStart {
  readonly at: number;
  readonly line: number;
  readonly column: number;
  /** Number of the first token of the key. */
  readonly token: number;
  /** Nothing but a key may start here. */
  readonly isRequired: boolean;
}

/** Maximum length of a key without `?`, in characters. */
const maxKeyLength = 1024;

/**
 * The tokens that were found and not yet consumed, with the blocks and flow collections that are open, and
 * with the places where keys may have started: a `:` inserts tokens before its key.
 *
 * Source: go.yaml.in/yaml/v2 v2.4.4, scannerc.go (simple keys, roll and unroll of indents).
 */
export class TokenQueue {
  /** Indentation of the innermost block; -1 outside of blocks. */
  indent = -1;
  /** A key may start at the next token. */
  mayStartKey = true;
  readonly #cursor: Cursor;
  #tokens: Token[] = [];
  #head = 0;
  #taken = 0;
  readonly #indents: number[] = [];
  /** Where a key may have started: outside of flow collections, and in each open one. */
  readonly #keys: (KeyStart | undefined)[] = [undefined];

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  get isInFlow(): boolean {
    return this.#keys.length > 1;
  }

  /** The next token; undefined as long as it could turn out to be a key, or is not found yet. */
  next(): Token | undefined {
    const token = this.#tokens[this.#head];
    if (token === undefined) return undefined;
    for (let level = this.#keys.length - 1; level >= 0; level--) {
      if (this.#keys[level]?.token !== this.#taken) continue;
      return this.#validKey(level) === undefined ? token : undefined;
    }
    return token;
  }

  drop(): void {
    this.#head++;
    this.#taken++;
    if (this.#head < this.#tokens.length) return;
    this.#tokens = [];
    this.#head = 0;
  }

  push(token: Token): void {
    this.#tokens.push(token);
  }

  /** Notes that the next token may be the start of a key. */
  startKey(): void {
    const { at, line, column } = this.#cursor;
    if (this.mayStartKey) {
      const isRequired = !this.isInFlow && this.indent === column;
      const token = this.#taken + this.#tokens.length - this.#head;
      this.forgetKey();
      this.#keys[this.#keys.length - 1] = { at, line, column, token, isRequired };
    }
    this.mayStartKey = false;
  }

  /** @throws YamlError if nothing but a key could be there */
  forgetKey(): void {
    const key = this.#keys.at(-1);
    if (key === undefined) return;
    if (key.isRequired) throw missingColon(key);
    this.#keys[this.#keys.length - 1] = undefined;
  }

  /** Inserts the tokens that start a key, and a map if the key is its first. Returns false if there is no key. */
  finishKey(): boolean {
    const level = this.#keys.length - 1;
    const key = this.#validKey(level);
    if (key === undefined) return false;
    const index = this.#head + key.token - this.#taken;
    this.#tokens.splice(index, 0, tokenAt('key', key.at));
    this.startBlock('block-map', key, index);
    this.#keys[level] = undefined;
    return true;
  }

  #validKey(level: number): KeyStart | undefined {
    const key = this.#keys[level];
    const { at, line, isJson } = this.#cursor;
    if (key === undefined || isJson) return key;
    if (key.line === line && at - key.at <= maxKeyLength) return key;
    if (key.isRequired) throw missingColon(key);
    this.#keys[level] = undefined;
    return undefined;
  }

  openFlow(): void {
    this.#keys.push(undefined);
  }

  closeFlow(): void {
    if (this.#keys.length > 1) this.#keys.pop();
  }

  /** Starts a block at a column that is beyond the innermost block. */
  startBlock(
    type: TokenType,
    { at, column }: Pick<Cursor, 'at' | 'column'>,
    index: number = this.#tokens.length,
  ): void {
    if (this.isInFlow || this.indent >= column) return;
    this.#indents.push(this.indent);
    this.indent = column;
    this.#tokens.splice(index, 0, tokenAt(type, at));
  }

  /** Ends the blocks whose indentation is beyond a column. */
  endBlocks(column: number): void {
    if (this.isInFlow) return;
    while (this.indent > column) {
      this.push(tokenAt('block-end', this.#cursor.at));
      this.indent = this.#indents.pop() ?? -1;
    }
  }
}

function missingColon({ at }: KeyStart): YamlError {
  return new YamlError('expected a key with a colon, as in key: value', at);
}
