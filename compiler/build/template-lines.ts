/** Where a field stands in a Helm template. */
interface TemplatePlace {
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/** A document that a template printed. */
interface PrintedDocument {
  /** '' when it is not known. */
  readonly kind: string;
  /** Its place among those that the template printed, from 0. */
  readonly index: number;
}

/** A line of a template that says something of YAML. */
interface Line {
  readonly index: number;
  /** Of what it says first: `- a: 1` says `a` two further in. */
  readonly indent: number;
  /** Of its dash; undefined of a line without one. */
  readonly dash: number | undefined;
  readonly text: string;
}

/**
 * Finds a field by its path in a document of a template: the one with the same number if it has the object's
 * kind, else the first one that has it, else the one with the same number. A template is not YAML: lines are
 * read by their indentation, and for a field that is not written out the position of the nearest field around
 * it is returned. For a template that prints documents by actions alone this is its start.
 */
export function findInTemplate(
  text: string,
  { kind, index }: PrintedDocument,
  path: readonly string[],
): TemplatePlace {
  const documents = documentsOf(text);
  const fitting = documents.filter((lines) =>
    lines.some((line) => line.indent === 0 && line.text === `kind: ${kind}`),
  );
  const inOrder = documents.filter((lines) => lines.length > 0)[index];
  const document =
    inOrder !== undefined && fitting.includes(inOrder) ? inOrder : (fitting[0] ?? inOrder);
  let found = document?.[0];
  let inside: readonly Line[] = document ?? [];
  for (const key of path) {
    const next = /^\d+$/.test(key) ? itemAt(inside, Number(key)) : fieldAt(inside, key);
    if (next === undefined) break;
    [found, inside] = next;
  }
  if (found === undefined) return { line: 1, column: 1 };
  return { line: found.index + 1, column: found.indent + 1 };
}

/** Lines without what is for the template engine alone, by document. */
function documentsOf(text: string): readonly (readonly Line[])[] {
  const documents: Line[][] = [[]];
  for (const [index, whole] of text.split('\n').entries()) {
    const bare = whole.trim();
    if (bare === '' || /^(\{\{|#)/.test(bare)) continue;
    if (/^---/.test(whole)) documents.push([]);
    else documents.at(-1)?.push(lineOf(whole, index));
  }
  return documents;
}

function lineOf(whole: string, index: number): Line {
  const [, spaces = '', dash = '', text = ''] = /^(\s*)((?:- +)?)(.*?)\s*$/.exec(whole) ?? [];
  const indent = spaces.length + dash.length;
  return { index, indent, dash: dash === '' ? undefined : spaces.length, text };
}

type Found = readonly [line: Line, inside: readonly Line[]];

/** A field of the map that some lines make up, and the lines of its value. */
function fieldAt(lines: readonly Line[], key: string): Found | undefined {
  const indent = lines[0]?.indent;
  const at = lines.findIndex((line) => line.indent === indent && keyOf(line) === key);
  const found = lines[at];
  if (found === undefined) return undefined;
  const below = lines.slice(at + 1);
  const end = below.findIndex((line) => !isInside(line, found));
  return [found, end < 0 ? below : below.slice(0, end)];
}

/** Items of a list may stand as far out as the name of the list. */
function isInside(line: Line, field: Line): boolean {
  if (line.dash === undefined) return line.indent > field.indent;
  return line.dash >= field.indent && line.dash !== field.dash;
}

/** An item of the list that some lines make up, and all its lines. */
function itemAt(lines: readonly Line[], item: number): Found | undefined {
  const dash = lines[0]?.dash;
  if (dash === undefined) return undefined;
  const starts = lines.flatMap((line, index) => (line.dash === dash ? [index] : []));
  const start = starts[item];
  const found = start === undefined ? undefined : lines[start];
  return found && [found, lines.slice(start, starts[item + 1])];
}

function keyOf({ text }: Line): string | undefined {
  const [, quoted, plain] = /^(?:["']([^"']*)["']|([^\s:{}]+)):(?:\s|$)/.exec(text) ?? [];
  return quoted ?? plain;
}
