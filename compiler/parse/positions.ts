import type { Position } from '#model/diagnostic.ts';
import { pointerTo } from '#model/pointer.ts';
import { isAbsent, type YamlNode } from '#model/yaml/node.ts';
import { keyText } from '#model/yaml/resolve.ts';
import { parseStream } from '#model/yaml/stream.ts';

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

type Nodes = readonly Node[];

/** Caches the last text, because callers usually need several positions in it. */
let latest: { readonly text: string; readonly nodes: Nodes } = { text: '', nodes: [] };

function nodesOf(text: string): Nodes {
  if (latest.text !== text) latest = { text, nodes: readNodes(text) };
  return latest.nodes;
}

function readNodes(text: string): Nodes {
  return parseStream(text).map((root) => nodeOf(root, root.start, root.start));
}

/** @param emptyAt - offset to use for an empty value: that of its key or its list */
function nodeOf(written: YamlNode, keyOffset: number, emptyAt: number): Node {
  const offset = isAbsent(written) ? emptyAt : written.start;
  const children = new Map<string, Node>();
  for (let index = 0; index < written.children.length; index++) {
    const child = written.children[index] as YamlNode;
    if (written.type === 'list') {
      children.set(String(index), nodeOf(child, isAbsent(child) ? offset : child.start, offset));
    } else if (index % 2 === 0) {
      const value = written.children[index + 1] as YamlNode;
      const name = child.type === 'scalar' ? (keyText(child) ?? '') : '';
      children.set(name, nodeOf(value, child.start, child.start));
    }
  }
  return { offset, keyOffset, children };
}
