import { isAscii } from 'node:buffer';
import { ClusterError } from '#syncer/cluster-error.ts';
import { bounds } from './bounds.ts';
import type { GrowingBuffer } from './growing-buffer.ts';

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openMap, closeMap] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The text of an answer, and what it needs once it is parsed. */
export interface CountedText {
  readonly text: string;
  /** Size of the text in memory, in bytes. */
  readonly size: number;
  /** Number of values. */
  readonly values: number;
}

/** Returns the error for an answer that breaks a bound or lacks the shape of its kind. */
export function malformed(fault: string, what: string): ClusterError {
  return new ClusterError('malformed', `the API server sent ${fault} for ${what}`);
}

/**
 * Takes the text of an answer out of a buffer. Counts its values first, because a text of many empty
 * lists needs far more memory once it is parsed.
 *
 * @param what - names the answer in errors, such as `list of Secrets`
 * @throws ClusterError `malformed` when the text has too many values, or is nested too deeply
 */
export function takeText(content: GrowingBuffer, what: string): CountedText {
  try {
    return textOf(content, what);
  } finally {
    content.clear();
  }
}

function textOf(content: GrowingBuffer, what: string): CountedText {
  const values = countValues(content.bytes, what);
  // Other characters make the text, and each value with one, twice as large in memory.
  const size = isAscii(content.bytes) ? content.size : 2 * content.size;
  if (size > bounds.body) {
    throw malformed(`more than ${bounds.body / 2 / 1024 ** 2} MiB that are not all ASCII`, what);
  }
  return { text: content.bytes.toString(), size, values };
}

function countValues(bytes: Buffer, what: string): number {
  let values = 1;
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = endOfString(bytes, at);
    else if (byte === comma) values++;
    else if (byte === closeList || byte === closeMap) depth--;
    else if (byte === openList || byte === openMap) {
      values++;
      depth++;
      expectBelow(depth, bounds.depth, 'nested values', what);
    }
  }
  expectBelow(values, bounds.values, 'values', what);
  return values;
}

function expectBelow(count: number, limit: number, noun: string, what: string): void {
  if (count > limit) throw malformed(`more than ${limit} ${noun}`, what);
}

/** Returns the index of the quote that ends a string, or the end of the text. */
function endOfString(bytes: Buffer, start: number): number {
  let after = start + 1;
  for (;;) {
    const end = bytes.indexOf(quote, after);
    if (end < 0) return bytes.length;
    let slashes = 0;
    while (end - slashes > after && bytes[end - slashes - 1] === backslash) slashes++;
    if (slashes % 2 === 0) return end;
    after = end + 1;
  }
}
