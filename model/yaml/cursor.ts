import { isBlank, isBreak, isBreakOrEnd, isGap } from './characters.ts';

/** A part of a text that holds one document. */
export interface TextPart {
  readonly start: number;
  readonly end: number;
  /** The document is JSON: its keys have no limits, tabs may be anywhere, and it has escapes of its own. */
  readonly isJson: boolean;
}

/** A place in a part of a text, with its line and column. */
export class Cursor {
  readonly text: string;
  readonly end: number;
  readonly isJson: boolean;
  at: number;
  line = 0;
  #lineStart: number;

  constructor(text: string, { start, end, isJson }: TextPart) {
    this.text = text;
    this.end = end;
    this.isJson = isJson;
    this.at = start;
    this.#lineStart = start;
  }

  /** Characters since the start of the line. */
  get column(): number {
    return this.at - this.#lineStart;
  }

  /** The character at a distance; 0 at the end. */
  peek(distance = 0): number {
    return this.codeAt(this.at + distance);
  }

  codeAt(at: number): number {
    return at < this.end ? this.text.charCodeAt(at) : 0;
  }

  /** Passes a line break, and returns the text that it stands for. */
  takeBreak(): string {
    const code = this.peek();
    this.at += code === 0x0d ? this.#carriageReturn() : 1;
    this.line++;
    this.#lineStart = this.at;
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
  }

  /** The length of a break that starts with CR. Like kubectl, which first turns CR LF into LF. */
  #carriageReturn(): number {
    if (this.peek(1) === 0x0a) return 2;
    return this.peek(1) === 0x0d && this.peek(2) === 0x0a ? 3 : 1;
  }

  skipBlanks(): void {
    while (isBlank(this.peek())) this.at++;
  }

  skipSpaces(): void {
    const { text, end } = this;
    let { at } = this;
    while (at < end && text.charCodeAt(at) === 0x20) at++;
    this.at = at;
  }

  /** Passes everything up to the end of the line. */
  skipLine(): void {
    const { text, end } = this;
    let { at } = this;
    while (at < end && !isBreakOrEnd(text.charCodeAt(at))) at++;
    this.at = at;
  }

  /** Reports whether the line starts with `---` or `...` here. */
  isAtMarker(): boolean {
    if (this.at !== this.#lineStart) return false;
    const code = this.peek();
    return (
      (code === 0x2d || code === 0x2e) &&
      this.peek(1) === code &&
      this.peek(2) === code &&
      isGap(this.peek(3))
    );
  }

  isAtBreak(): boolean {
    return isBreak(this.peek());
  }
}
