import { readBlockScalar } from './block-scalar.ts';
import { isBlank, isGap } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { YamlError } from './fault.ts';
import { readName, readTag } from './properties.ts';
import { readPlain, readQuoted } from './scalars.ts';
import { type Token, type TokenType, tokenAt } from './token.ts';
import { TokenQueue } from './token-queue.ts';

/** Characters that structure flow collections. */
const flowTypes: Readonly<Record<number, TokenType>> = {
  44: 'comma',
  91: 'flow-list',
  93: 'flow-list-end',
  123: 'flow-map',
  125: 'flow-map-end',
};

/** Characters that cannot start a plain scalar. */
const indicators: ReadonlySet<number> = new Set(
  [...',[]{}#&*!|>\'"%@`'].map((each) => each.charCodeAt(0)),
);

/**
 * Divides a YAML document into tokens as go-yaml v2 does, with which kubectl reads YAML: wherever YAML 1.1,
 * YAML 1.2 and libyaml differ.
 *
 * Source: go.yaml.in/yaml/v2 v2.4.4, scannerc.go.
 */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #queue: TokenQueue;
  #next: Token | undefined;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.#queue = new TokenQueue(cursor);
  }

  /** Returns the next token without consuming it. */
  peek(): Token {
    if (this.#next !== undefined) return this.#next;
    let next = this.#queue.next();
    for (; next === undefined; next = this.#queue.next()) this.#fetch();
    this.#next = next;
    return next;
  }

  /** Consumes the next token and returns it. */
  take(): Token {
    const token = this.peek();
    this.#next = undefined;
    this.#queue.drop();
    return token;
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#queue.endBlocks(cursor.column);
    const code = cursor.peek();
    if (code === 0) this.#fetchMarker('end', 0);
    else if (cursor.isAtMarker()) {
      this.#fetchMarker(code === 0x2d ? 'document-start' : 'document-end', 3);
    } else if (code === 0x25 && cursor.column === 0) {
      throw new YamlError('directives such as %YAML are not supported', cursor.at);
    } else if (!this.#fetchIndicator(code)) this.#fetchContent(code);
  }

  /** Passes blanks, comments and line breaks. A tab may not be where a key may start. */
  #skipToToken(): void {
    const cursor = this.#cursor;
    const queue = this.#queue;
    for (;;) {
      if (queue.isInFlow || !queue.mayStartKey || cursor.isJson) cursor.skipBlanks();
      else cursor.skipSpaces();
      if (cursor.peek() === 0x23) cursor.skipLine();
      if (!cursor.isAtBreak()) return;
      cursor.takeBreak();
      if (!queue.isInFlow) queue.mayStartKey = true;
    }
  }

  #fetchMarker(type: TokenType, length: number): void {
    this.#queue.endBlocks(-1);
    this.#queue.forgetKey();
    this.#queue.mayStartKey = false;
    this.#fetchOne(type, length);
  }

  #fetchOne(type: TokenType, length = 1): void {
    const start = this.#cursor.at;
    this.#cursor.at += length;
    this.#queue.push(tokenAt(type, start, this.#cursor.at));
  }

  /** Handles the characters that structure collections. Returns false for any other character. */
  #fetchIndicator(code: number): boolean {
    const flow = flowTypes[code];
    if (flow !== undefined) {
      this.#fetchFlow(flow);
      return true;
    }
    if (code !== 0x2d && code !== 0x3a && code !== 0x3f) return false;
    const isIndicator = isGap(this.#cursor.peek(1)) || (code !== 0x2d && this.#queue.isInFlow);
    if (!isIndicator) return false;
    if (code === 0x3a) this.#fetchValue();
    else this.#fetchEntry(code === 0x2d ? 'item' : 'key');
    return true;
  }

  #fetchFlow(type: TokenType): void {
    const queue = this.#queue;
    const isEnd = type === 'flow-list-end' || type === 'flow-map-end';
    if (isEnd || type === 'comma') queue.forgetKey();
    if (isEnd) queue.closeFlow();
    else if (type !== 'comma') {
      queue.startKey();
      queue.openFlow();
    }
    queue.mayStartKey = !isEnd;
    this.#fetchOne(type);
  }

  /** Handles `-` and `?`. */
  #fetchEntry(type: 'item' | 'key'): void {
    const queue = this.#queue;
    if (!queue.isInFlow) {
      this.#expectKeyStart(type === 'item' ? 'the item of a list' : 'a key');
      queue.startBlock(type === 'item' ? 'block-list' : 'block-map', this.#cursor);
    }
    queue.forgetKey();
    queue.mayStartKey = type === 'item' || !queue.isInFlow;
    this.#fetchOne(type);
  }

  #fetchValue(): void {
    const queue = this.#queue;
    if (queue.finishKey()) queue.mayStartKey = false;
    else {
      if (!queue.isInFlow) {
        this.#expectKeyStart('the value of a key');
        queue.startBlock('block-map', this.#cursor);
      }
      queue.mayStartKey = !queue.isInFlow;
    }
    this.#fetchOne('value');
  }

  #expectKeyStart(what: string): void {
    if (!this.#queue.mayStartKey) throw new YamlError(`${what} cannot start here`, this.#cursor.at);
  }

  #fetchContent(code: number): void {
    const cursor = this.#cursor;
    const queue = this.#queue;
    if ((code === 0x7c || code === 0x3e) && !queue.isInFlow) {
      queue.forgetKey();
      queue.mayStartKey = true;
      queue.push(readBlockScalar(cursor, queue.indent));
      return;
    }
    queue.startKey();
    if (code === 0x27 || code === 0x22) queue.push(readQuoted(cursor));
    else if (code === 0x2a || code === 0x26) queue.push(readName(cursor));
    else if (code === 0x21) queue.push(readTag(cursor));
    else this.#fetchPlain(code);
  }

  #fetchPlain(code: number): void {
    const { indent, isInFlow } = this.#queue;
    if (!this.#startsPlain(code)) {
      const found = code === 0x09 ? 'a tab' : String.fromCharCode(code);
      throw new YamlError(`${found} cannot start a key or a value`, this.#cursor.at);
    }
    const token = readPlain(this.#cursor, { indent, isInFlow });
    const { at, column } = this.#cursor;
    // A line break follows the scalar, so a key may start.
    if (token.end < at - column) this.#queue.mayStartKey = true;
    this.#queue.push(token);
  }

  #startsPlain(code: number): boolean {
    const next = this.#cursor.peek(1);
    if (code === 0x2d) return !isBlank(next);
    if (code === 0x3f || code === 0x3a) return !this.#queue.isInFlow && !isGap(next);
    return !isGap(code) && !indicators.has(code);
  }
}
