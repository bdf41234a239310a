import { isPlain, quote } from '#model/manifest.ts';
import { readYaml } from '#model/yaml.ts';

/** A replacement of one value on one line. */
export interface ScalarEdit {
  /** 1-based line of the value. */
  readonly line: number;
  /** 1-based column of the value, or of the name of its field. */
  readonly column: number;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Returns a YAML text with one value replaced and every other byte unchanged. Returns undefined when
 * the line does not contain that value as one scalar.
 */
export function editScalar(text: string, edit: ScalarEdit): string | undefined {
  const lines = text.split('\n');
  const line = lines[edit.line - 1];
  if (line === undefined) return undefined;
  const changed = editLine(line, edit);
  return changed === undefined ? undefined : lines.with(edit.line - 1, changed).join('\n');
}

function editLine(line: string, { column, before, after }: ScalarEdit): string | undefined {
  const head = line.slice(0, column - 1);
  const found = scalar.exec(line.slice(column - 1));
  const [whole = '', name = '', value = '', rest = ''] = found ?? [];
  if (whole === '' || parse(value) !== before) return undefined;
  return `${head}${name}${written(after, value)}${rest}`;
}

/** Matches an optional field name, a quoted or plain value, and the rest of the line. */
const scalar =
  /^((?:[\w./-]+|"[^"]*"|'[^']*'):\s+)?("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#&*!|>{}[\],][^#,{}[\]]*?)(\s*(?:[,}\]].*|\s#.*)?)$/;

/** Writes a value in the quoting style of the replaced value, where that keeps its meaning for every reader. */
function written(value: unknown, before: string): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const isPrintable = /^[\x20-\x7e]*$/.test(value);
  if (before.startsWith("'") && isPrintable) return `'${value.replaceAll("'", "''")}'`;
  const isBare = !/^["']/.test(before) && /^[\w./@:+-]+$/.test(value) && isPlain(value);
  return isBare ? value : quote(value);
}

/** Returns the value of a scalar as compile reads it, or undefined for an invalid scalar. */
function parse(value: string): unknown {
  const documents = readYaml(value);
  return 'offset' in documents ? undefined : documents[0];
}
