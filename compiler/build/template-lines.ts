/** Position of a field in a Helm template. */
interface TemplatePlace {
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/** A document that a template printed. */
interface PrintedDocument {
  /** '' when unknown. */
  readonly kind: string;
  /** 0-based index among the documents that the template printed. */
  readonly index: number;
}

/** A line of a template with YAML content. */
interface Line {
  readonly index: number;
  /** Column of the first key, from 0. For `- a: 1` it is the column of `a`. */
  readonly indent: number;
  /** Column of the dash, from 0; undefined if the line has no dash. */
  readonly dash: number | undefined;
  readonly text: string;
}

/**
 * Finds a field by its path in a document of a template. It uses the document with the given index if its
 * kind matches, else the first one of that kind, else the one with the index. A template is not YAML, so that
 * the search derives the nesting of lines from their indentation. A field that is not literally in the template gets the
 * position of the nearest enclosing field, or the start of the template.
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

/** Returns the lines with YAML content by document, without lines that only contain template actions or comments. */
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

/** Finds a field of the map in some lines, with the lines of its value. */
function fieldAt(lines: readonly Line[], key: string): Found | undefined {
  const indent = lines[0]?.indent;
  const at = lines.findIndex((line) => line.indent === indent && keyOf(line) === key);
  const found = lines[at];
  if (found === undefined) return undefined;
  const below = lines.slice(at + 1);
  const end = below.findIndex((line) => !isInside(line, found));
  return [found, end < 0 ? below : below.slice(0, end)];
}

/** Reports whether a line belongs to the value of a field. List items may have the indentation of the field. */
function isInside(line: Line, field: Line): boolean {
  if (line.dash === undefined) return line.indent > field.indent;
  return line.dash >= field.indent && line.dash !== field.dash;
}

/** Finds an item of the list in some lines, with all of its lines. */
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
