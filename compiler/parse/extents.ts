import type { Diagnostic, LineColumn } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { YamlError } from '#model/yaml/fault.ts';
import type { YamlNode } from '#model/yaml/node.ts';
import { parseStream } from '#model/yaml/stream.ts';

/**
 * Adds to each diagnostic the end of the YAML token at its position: a key, a scalar, an alias or a
 * flow collection. Positions in other texts, such as chart templates, have no known extent.
 */
export function withExtents<T extends Diagnostic>(
  diagnostics: readonly T[],
  files: FileMap,
): readonly (T & Diagnostic)[] {
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
  const visit = (node: YamlNode): void => {
    if (node.isFlow || node.children.length === 0) ends.set(node.start, endOf(text, node));
    for (const child of node.children) visit(child);
  };
  try {
    for (const root of parseStream(text)) visit(root);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return new Map();
  }
  return ends;
}

/** The end offset of a token, without the line breaks that end a block scalar. */
function endOf(text: string, { start, end }: YamlNode): number {
  return start + text.slice(start, end).trimEnd().length;
}
