import { EVENT_ID, type Event, getScalarValue, parseEvents } from 'js-yaml';
import type { Position } from '#model/diagnostic.ts';
import { pointerTo } from '#model/pointer.ts';

/** Returns the line and column, both from 1, of an offset in a text. A byte order mark takes no column. */
export function positionOf(file: string, text: string, offset: number): Position {
  const before = text.slice(text.startsWith('\uFEFF') ? 1 : 0, offset);
  const line = before.split('\n').length;
  return { file, line, column: before.length - before.lastIndexOf('\n') };
}

/** A value in a YAML text, with the values below it. */
interface Node {
  readonly offset: number;
  /** Offset of the field's name, or of the item in a list. */
  readonly keyOffset: number;
  readonly children: ReadonlyMap<string, Node>;
}

/**
 * Returns the offset of the value at a JSON pointer in one document of valid YAML; for an absent value that of
 * its nearest ancestor. Callers use it only to report something, because it parses the text again unless it
 * parsed the same text last.
 */
export function offsetOf(
  text: string,
  document: number,
  pointer: string,
  { key = false }: { readonly key?: boolean } = {},
): number {
  let node = nodesOf(text)[document];
  for (const token of pointer.split('/').slice(1)) {
    const child = node?.children.get(token.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (child === undefined) return node?.offset ?? 0;
    node = child;
  }
  return (key ? node?.keyOffset : node?.offset) ?? 0;
}

/**
 * Returns a JSON pointer for each line of the first document of valid YAML: to the innermost value
 * that begins in that line.
 */
export function pointersByLine(text: string): ReadonlyMap<number, string> {
  const pointers = new Map<number, string>();
  let offset = 0;
  let line = 1;
  const walk = (node: Node | undefined, pointer: string): void => {
    for (const [key, child] of node?.children ?? []) {
      for (; offset < child.keyOffset; offset++) if (text[offset] === '\n') line++;
      const below = `${pointer}${pointerTo([key])}`;
      pointers.set(line, below);
      walk(child, below);
    }
  };
  walk(nodesOf(text)[0], '');
  return pointers;
}

type Nodes = readonly (Node | undefined)[];

/** Caches the last text, because callers usually need several positions in it. */
let latest: { readonly text: string; readonly nodes: Nodes } = { text: '', nodes: [] };

function nodesOf(text: string): Nodes {
  if (latest.text !== text) latest = { text, nodes: readNodes(text) };
  return latest.nodes;
}

function readNodes(text: string): Nodes {
  const events = parseEvents(text, {}).values();
  const documents: (Node | undefined)[] = [];
  for (const event of events) {
    if (event.type !== EVENT_ID.DOCUMENT) continue;
    const root = readNode(text, events);
    documents.push(root);
    if (root !== undefined) events.next();
  }
  return documents;
}

/**
 * Reads one value; returns undefined at the end of a collection or document.
 *
 * @param emptyAt - offset to use for an empty value: that of its key or its list
 */
function readNode(
  text: string,
  events: IterableIterator<Event>,
  keyOffset?: number,
  emptyAt: number = keyOffset ?? 0,
): Node | undefined {
  const event = events.next().value as Event | undefined;
  if (event === undefined || event.type === EVENT_ID.POP) return undefined;
  const start = startOf(text, event);
  const offset = start < 0 ? emptyAt : start;
  const children = new Map<string, Node>();
  if (event.type === EVENT_ID.MAPPING) readFields(text, events, children);
  else if (event.type === EVENT_ID.SEQUENCE) readItems(text, events, { children, offset });
  return { offset, keyOffset: keyOffset ?? offset, children };
}

function readFields(
  text: string,
  events: IterableIterator<Event>,
  children: Map<string, Node>,
): void {
  for (let event = nextOf(events); event !== undefined; event = nextOf(events)) {
    const name = event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : '';
    const value = readNode(text, events, Math.max(0, startOf(text, event)));
    if (value !== undefined) children.set(name, value);
  }
}

function nextOf(events: IterableIterator<Event>): Event | undefined {
  const event = events.next().value as Event | undefined;
  return event === undefined || event.type === EVENT_ID.POP ? undefined : event;
}

function readItems(
  text: string,
  events: IterableIterator<Event>,
  { children, offset }: { readonly children: Map<string, Node>; readonly offset: number },
): void {
  const next = () => readNode(text, events, undefined, offset);
  for (let item = next(); item !== undefined; item = next()) {
    children.set(String(children.size), item);
  }
}

/** Returns the offset of a value including its opening quote; -1 for an empty value. */
export function startOf(text: string, event: Event): number {
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event.type === EVENT_ID.SCALAR) {
    const start = event.valueStart;
    return /["']/.test(text[start - 1] ?? '') ? start - 1 : start;
  }
  return event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE ? event.start : 0;
}
