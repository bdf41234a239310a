import { Cursor, type TextPart } from './cursor.ts';
import { YamlError } from './fault.ts';
import type { YamlNode } from './node.ts';
import { Scanner } from './scanner.ts';
import type { Token, TokenType } from './token.ts';

/** Maximum depth of nested values, which no Kubernetes object reaches. */
const maxDepth = 200;

/** The anchor and the tag before a value. */
interface Properties {
  readonly anchor: string;
  readonly tag: string;
}

const noProperties: Properties = { anchor: '', tag: '' };
const noChildren: readonly YamlNode[] = [];

/**
 * Parses a text as one YAML document.
 *
 * @returns undefined for a document without a value
 * @throws YamlError if it is not YAML, or if something follows the end of the document
 * Source: go.yaml.in/yaml/v2 v2.4.4, parserc.go.
 */
export function parseDocument(text: string, part: TextPart): YamlNode | undefined {
  return new Parser(new Scanner(new Cursor(text, part))).document();
}

/** A parser by recursive descent, with one method for each production. */
class Parser {
  readonly #scanner: Scanner;
  #depth = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  document(): YamlNode | undefined {
    const isExplicit = this.#accept('document-start') !== undefined;
    if (this.#isNext('end'))
      return isExplicit ? this.#empty(this.#scanner.peek().start) : undefined;
    const isEmpty = isExplicit && this.#isNext('document-start', 'document-end');
    const node = isEmpty ? this.#empty(this.#scanner.peek().start) : this.#node('block');
    this.#expectEnd();
    return node;
  }

  /** kubectl does not even look at the rest of a document that has ended. */
  #expectEnd(): void {
    let { start } = this.#scanner.peek();
    try {
      while (this.#accept('document-end') !== undefined) start = this.#scanner.peek().start;
      if (this.#isNext('end')) return;
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
    }
    throw new YamlError('the document has ended: kubectl ignores what follows', start);
  }

  #isNext(one: TokenType, other: TokenType = one): boolean {
    const { type } = this.#scanner.peek();
    return type === one || type === other;
  }

  /** Reports whether the value of a field is absent, because another field follows, or the end of the map. */
  #isFieldNext(): boolean {
    const { type } = this.#scanner.peek();
    return type === 'key' || type === 'value' || type === 'block-end';
  }

  #accept(type: TokenType): Token | undefined {
    return this.#scanner.peek().type === type ? this.#scanner.take() : undefined;
  }

  #unexpected(message: string): YamlError {
    return new YamlError(message, this.#scanner.peek().start);
  }

  /**
   * Parses a value.
   *
   * @param place - `key` also allows a list with the indentation of its key
   */
  #node(place: 'flow' | 'block' | 'key'): YamlNode {
    const { type } = this.#scanner.peek();
    if (type === 'scalar' || type === 'alias') return this.#scalar(noProperties);
    if (++this.#depth > maxDepth) throw this.#unexpected('too many nested values');
    const properties = this.#properties();
    const node = this.#content(place, properties);
    this.#depth--;
    return node;
  }

  #properties(): Properties {
    const first = this.#scanner.peek().type;
    if (first !== 'anchor' && first !== 'tag') return noProperties;
    const { value } = this.#scanner.take();
    const second = this.#accept(first === 'anchor' ? 'tag' : 'anchor')?.value ?? '';
    return first === 'anchor' ? { anchor: value, tag: second } : { anchor: second, tag: value };
  }

  #content(place: 'flow' | 'block' | 'key', properties: Properties): YamlNode {
    const { type, start } = this.#scanner.peek();
    if (type === 'scalar') return this.#scalar(properties);
    if (type === 'flow-map') return this.#flowMap(properties);
    if (type === 'flow-list') return this.#flowList(properties);
    if (type === 'block-map' && place !== 'flow') return this.#blockMap(properties);
    if (type === 'block-list' && place !== 'flow') return this.#blockList(properties);
    if (type === 'item' && place === 'key') return this.#looseList(properties);
    if (properties === noProperties) throw this.#unexpected('expected a value');
    return this.#empty(start, properties);
  }

  #scalar(properties: Properties): YamlNode {
    return leaf(this.#scanner.take(), properties);
  }

  #empty(at: number, properties: Properties = noProperties): YamlNode {
    return leaf({ type: 'scalar', start: at, end: at, value: '', isPlain: true }, properties);
  }

  #blockMap(properties: Properties): YamlNode {
    const { start } = this.#scanner.take();
    const children: YamlNode[] = [];
    for (;;) {
      const key = this.#accept('key');
      if (key === undefined) break;
      children.push(this.#isFieldNext() ? this.#empty(key.end) : this.#node('key'));
      const value = this.#accept('value');
      const isAbsent = value === undefined || this.#isFieldNext();
      const at = value?.end ?? this.#scanner.peek().start;
      children.push(isAbsent ? this.#empty(at) : this.#node('key'));
    }
    this.#endBlock('expected a key, with the indentation of the other keys');
    return collection('map', { start, children }, properties);
  }

  #blockList(properties: Properties): YamlNode {
    const { start } = this.#scanner.take();
    const children: YamlNode[] = [];
    for (let item = this.#accept('item'); item !== undefined; item = this.#accept('item')) {
      const isAbsent = this.#isNext('item', 'block-end');
      children.push(isAbsent ? this.#empty(item.end) : this.#node('block'));
    }
    this.#endBlock('expected - for the next item of the list');
    return collection('list', { start, children }, properties);
  }

  #endBlock(message: string): void {
    if (this.#accept('block-end') === undefined) throw this.#unexpected(message);
  }

  /** A list whose dashes have the indentation of its key, so that no token ends it. */
  #looseList(properties: Properties): YamlNode {
    const { start } = this.#scanner.peek();
    const children: YamlNode[] = [];
    for (let item = this.#accept('item'); item !== undefined; item = this.#accept('item')) {
      const isAbsent = this.#isNext('item') || this.#isFieldNext();
      children.push(isAbsent ? this.#empty(item.end) : this.#node('block'));
    }
    return collection('list', { start, children }, properties);
  }

  #flowList(properties: Properties): YamlNode {
    const { start } = this.#scanner.take();
    const children: YamlNode[] = [];
    while (!this.#isNext('flow-list-end')) {
      if (children.length > 0) {
        this.#expectComma(']');
        if (this.#isNext('flow-list-end')) break;
      }
      children.push(this.#isNext('key') ? this.#pair() : this.#node('flow'));
    }
    return collection('list', { start, end: this.#scanner.take().end, children }, properties);
  }

  #expectComma(closing: string): void {
    if (this.#accept('comma') === undefined) throw this.#unexpected(`expected , or ${closing}`);
  }

  /** A map of one field in a flow list: `[a: 1]`. */
  #pair(): YamlNode {
    const { start } = this.#scanner.take();
    const isAbsent = this.#isNext('value') || this.#isNext('comma', 'flow-list-end');
    // Like go-yaml, which passes the token even if the key is absent: `[?]` has no end.
    const key = isAbsent ? this.#empty(this.#scanner.take().end) : this.#node('flow');
    const value = this.#flowValue('flow-list-end');
    return collection('map', { start, children: [key, value] }, noProperties);
  }

  #flowValue(closing: TokenType): YamlNode {
    const hasValue = this.#accept('value') !== undefined;
    if (hasValue && !this.#isNext('comma', closing)) return this.#node('flow');
    return this.#empty(this.#scanner.peek().start);
  }

  #flowMap(properties: Properties): YamlNode {
    const { start } = this.#scanner.take();
    const children: YamlNode[] = [];
    while (!this.#isNext('flow-map-end')) {
      if (children.length > 0) {
        this.#expectComma('}');
        if (this.#isNext('flow-map-end')) break;
      }
      const isPair = this.#accept('key') !== undefined;
      const isAbsent = isPair && (this.#isNext('value') || this.#isNext('comma', 'flow-map-end'));
      const at = this.#scanner.peek().start;
      children.push(isAbsent ? this.#empty(at) : this.#node('flow'));
      children.push(isPair ? this.#flowValue('flow-map-end') : this.#empty(at));
    }
    return collection('map', { start, end: this.#scanner.take().end, children }, properties);
  }
}

function leaf(token: Token, { anchor, tag }: Properties): YamlNode {
  const type = token.type === 'alias' ? 'alias' : 'scalar';
  const { start, end, value } = token;
  const isPlain = tag === '' ? token.isPlain : tag === '!';
  return { type, start, end, isFlow: false, tag, anchor, value, isPlain, children: noChildren };
}

interface Content {
  readonly start: number;
  /** End of the closing bracket; absent for a block collection. */
  readonly end?: number;
  readonly children: readonly YamlNode[];
}

function collection(
  type: 'list' | 'map',
  { start, end, children }: Content,
  { anchor, tag }: Properties,
): YamlNode {
  const isFlow = end !== undefined;
  const last = end ?? children.at(-1)?.end ?? start;
  return { type, start, end: last, isFlow, tag, anchor, value: '', isPlain: false, children };
}
