import { COLLECTION_STYLE, EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Diagnostic, LineColumn } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { startOf } from './positions.ts';

/**
 * Adds to each diagnostic the end of the YAML token at its position: a key, a scalar, an alias or a
 * flow collection. Positions in other texts, such as chart templates, have no known extent.
 */
export function withExtents(
  diagnostics: readonly Diagnostic[],
  files: FileMap,
): readonly Diagnostic[] {
  const read = new Map<string, Extents>();
  return diagnostics.map((diagnostic) => {
    const { at, end } = diagnostic;
    const text = files.get(at.file);
    if (end !== undefined || typeof text !== 'string') return diagnostic;
    const extents = read.get(at.file) ?? readExtents(text);
    read.set(at.file, extents);
    const found = extents(at);
    return found === undefined ? diagnostic : { ...diagnostic, end: found };
  });
}

/** The end of the token at a position of one text. */
type Extents = (at: LineColumn) => LineColumn | undefined;

function readExtents(text: string): Extents {
  const starts = [0, ...text.matchAll(/\n/g).map(({ index }) => index + 1)];
  const ends = tokenEnds(text);
  return ({ line, column }) => {
    const end = ends.get((starts[line - 1] ?? 0) + column - 1);
    if (end === undefined) return undefined;
    const last = starts.findLastIndex((start) => start < end);
    return { line: last + 1, column: end - (starts[last] ?? 0) + 1 };
  };
}

/** The end offset of each token, by its start offset; nothing for a text that is not YAML. */
function tokenEnds(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  try {
    for (const [start, end] of tokensOf(text, parseEvents(text, {}))) ends.set(start, end);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return new Map();
  }
  return ends;
}

type Token = readonly [start: number, end: number];

function tokensOf(text: string, events: Iterable<Event>): readonly Token[] {
  const tokens: Token[] = [];
  const open: { readonly start: number; readonly isFlow: boolean }[] = [];
  let latest = 0;
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      const collection = open.pop();
      if (!collection?.isFlow) continue;
      latest = closingOf(text, latest);
      tokens.push([collection.start, latest]);
      continue;
    }
    const start = startOf(text, event);
    if (event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.ALIAS) {
      if (start < 0) continue;
      latest = endOf(text, event);
      tokens.push([start, latest]);
      continue;
    }
    const isFlow = event.type !== EVENT_ID.DOCUMENT && event.style === COLLECTION_STYLE.FLOW;
    open.push({ start, isFlow });
    if (isFlow) latest = start + 1;
  }
  return tokens;
}

/** The end offset of a value: after its closing quote, without the line breaks that end a block scalar. */
function endOf(
  text: string,
  event: Extract<Event, { type: typeof EVENT_ID.SCALAR | typeof EVENT_ID.ALIAS }>,
): number {
  if (event.type === EVENT_ID.ALIAS) return event.anchorEnd;
  const { valueStart, valueEnd } = event;
  if (/["']/.test(text[valueStart - 1] ?? '')) return valueEnd + 1;
  return valueStart + text.slice(valueStart, valueEnd).trimEnd().length;
}

/** The offset after the bracket that closes a flow collection, past commas and comments. */
function closingOf(text: string, from: number): number {
  const closing = /(?:#[^\n]*|[^#\]}])*[\]}]/y;
  closing.lastIndex = from;
  return closing.test(text) ? closing.lastIndex : from;
}
