/** Finds opened values and credentials in texts, and replaces them. */
import { maskedAddresses } from './masked-addresses.ts';

/** The text that output shows in place of a secret value. */
export const hiddenText = '(hidden)';

/** Shortest value that a text may not contain, in characters. Shorter ones are parts of ordinary words. */
const minValueLength = 6;

/** Length of the pieces by which `Redactor` finds values, and of the shortest cut value that it hides. */
const pieceLength = 8;

/** Length from which a part of a value is hidden wherever it stands. A shorter part must end as a cut text ends. */
const surePartLength = 12;

/** Length of the parts of texts of several lines, which contain ordinary words, from which they are hidden. */
const prosePartLength = 16;

/** Maximum length of a name in Kubernetes. */
const maxWordLength = 253;

/** Length of the starts of values and pieces by which `Redactor` skips most of a text. */
const startLength = 4;

/** Size of the table of starts. Starts with the same place in it cost time and nothing else. */
const startCount = 2 ** 16;

/** Length up to which every piece of a value is kept. Of longer values, every eighth piece of the middle is. */
const wholeLength = 2048;

/**
 * Replaces values in texts with `(hidden)`: plain, in base64, escaped for JSON, YAML, Go, URLs and
 * hexadecimal, and cut to 8 or more characters. It does not hide values of fewer than 6 characters.
 */
export class Redactor {
  readonly #remembered = new Set<string>();
  /** Forms of whole values, by their first characters. */
  readonly #wholes = new Map<string, Set<string>>();
  readonly #pieces = new Set<string>();
  readonly #published = new Set<string>();
  /** Pieces of texts of several lines. */
  readonly #prose = new Set<string>();
  /** 1 at the places of the starts of all values and pieces. */
  readonly #starts = new Uint8Array(startCount);

  /** Hides a value in every text from now on. */
  remember(value: string): void {
    const text = value.trim();
    if (text.length < minValueLength || this.#remembered.has(text)) return;
    this.#remembered.add(text);
    const isProse = text.includes('\n');
    for (const form of formsOf(text)) this.#keep(form, isProse ? this.#prose : this.#pieces);
    if (!isProse) return;
    for (const line of text.split('\n')) this.#keepWhole(line.trim());
    for (const word of text.split(/[\s"'=:,;{}[\]<>]+/).filter(looksRandom)) this.remember(word);
  }

  /**
   * Shows words from now on that anyone can read, such as names of objects and fields, also where a value is equal
   * to one. Otherwise the value `postgres` would hide each Deployment of that name.
   */
  publish(words: Iterable<string>): void {
    for (const word of words) this.#published.add(word);
  }

  /** Hides every text in a value, such as the fields of a Secret. Numbers and booleans count as texts. */
  rememberAll(value: unknown): void {
    if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) this.rememberAll(inner);
    } else if (value !== undefined && value !== null) this.remember(String(value));
  }

  /** Returns the text with `(hidden)` in place of each value, and without the credentials of addresses. */
  redact(text: string): string {
    return maskedAddresses(this.#remembered.size > 0 ? this.#withoutValues(text) : text);
  }

  #withoutValues(text: string): string {
    let shown = '';
    let from = 0;
    for (let at = 0; at <= text.length - minValueLength; ) {
      if (this.#starts[placeOf(text, at)] === 0) {
        at++;
        continue;
      }
      const end = this.#endOfHidden(text, at);
      if (end === at || this.#isPublished(text, at, end)) at = Math.max(at + 1, end);
      else {
        shown += `${text.slice(from, at)}${hiddenText}`;
        from = end;
        at = end;
      }
    }
    return from === 0 ? text : shown + text.slice(from);
  }

  /** Reports whether a part of a text belongs to a published word. */
  #isPublished(text: string, at: number, end: number): boolean {
    if (this.#published.size === 0) return false;
    const before = /[\w.-]*$/.exec(text.slice(Math.max(0, at - maxWordLength), at))?.[0] ?? '';
    const behind = /^[\w.-]*/.exec(text.slice(end, end + maxWordLength))?.[0] ?? '';
    return this.#published.has(`${before}${text.slice(at, end)}${behind}`);
  }

  #keep(form: string, pieces: Set<string>): void {
    this.#keepWhole(form);
    for (let at = 0; at <= form.length - pieceLength; at++) {
      const isMiddle = at >= wholeLength / 2 && at < form.length - wholeLength / 2;
      if (isMiddle && at % pieceLength !== 0) continue;
      pieces.add(form.slice(at, at + pieceLength));
      this.#starts[placeOf(form, at)] = 1;
    }
  }

  #keepWhole(form: string): void {
    if (form.length < minValueLength) return;
    const start = form.slice(0, minValueLength);
    const forms = this.#wholes.get(start) ?? new Set();
    this.#wholes.set(start, forms.add(form));
    this.#starts[placeOf(form, 0)] = 1;
  }

  /** Returns the end of the value, or of the part of one, that begins at an offset; the offset itself without one. */
  #endOfHidden(text: string, at: number): number {
    const whole = this.#endOfWhole(text, at);
    const part = endOfPart(text, at, this.#pieces);
    if (part > at && (part - at >= surePartLength || isCutAt(text, part))) {
      return Math.max(whole, part);
    }
    const prose = endOfPart(text, at, this.#prose);
    return Math.max(whole, prose - at >= prosePartLength ? prose : at);
  }

  #endOfWhole(text: string, at: number): number {
    const forms = this.#wholes.get(text.slice(at, at + minValueLength)) ?? [];
    const lengths = [...forms].flatMap((form) => (text.startsWith(form, at) ? form.length : []));
    return at + Math.max(0, ...lengths);
  }
}

/** Returns the place in the table of starts for the characters at an offset. */
function placeOf(text: string, at: number): number {
  let place = 0;
  for (let next = at; next < at + startLength; next++) place = place * 31 + text.charCodeAt(next);
  return place % startCount;
}

function endOfPart(text: string, at: number, pieces: ReadonlySet<string>): number {
  let end = at;
  while (pieces.has(text.slice(end, end + pieceLength))) end++;
  return end === at ? at : end - 1 + pieceLength;
}

/** Reports whether a text may have been cut at an offset: no letter or digit follows. */
function isCutAt(text: string, offset: number): boolean {
  return !/[A-Za-z0-9]/.test(text.charAt(offset));
}

/** Reports whether a word of a configuration file looks like a password or a key. */
export function looksRandom(word: string): boolean {
  return word.length >= pieceLength && /[A-Za-z]/.test(word) && /\d/.test(word);
}

/** Returns the ways in which programs write a value. */
function formsOf(value: string): ReadonlySet<string> {
  const json = JSON.stringify(value).slice(1, -1);
  const bytes = Buffer.from(value);
  const plain = [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    goEscaped(json),
    value.replaceAll("'", "''"),
    encodeURIComponent(value.toWellFormed()),
    bytes.toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
  return new Set([...plain, ...[0, 1, 2].map((offset) => base64Within(bytes, offset))]);
}

/** Escapes what Go's JSON encoder escapes besides. */
function goEscaped(json: string): string {
  return json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

/** Returns the base64 of bytes that follow `offset` others, without the characters that depend on their neighbours. */
function base64Within(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const start = offset === 0 ? 0 : offset + 1;
  return text.slice(start).replace(/.?=+$/, '');
}
