import { readYaml } from '#model/yaml.ts';

/** One value of one line that is to become another. */
export interface ScalarEdit {
  /** From 1. */
  readonly line: number;
  /** From 1; where the value, or the name of its field, begins. */
  readonly column: number;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The text of a YAML file with one value replaced, and every other byte as it was; undefined when
 * there is no such value on one line by itself.
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

/** The name of a field if it begins there, a value in quotes or bare, and what comes after it. */
const scalar =
  /^((?:[\w./-]+|"[^"]*"|'[^']*'):\s+)?("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#&*!|>{}[\],][^#,{}[\]]*?)(\s*(?:[,}\]].*|\s#.*)?)$/;

/** In the style of what was there, where that says the same. */
function written(value: unknown, before: string): string {
  const json = JSON.stringify(value);
  if (before.startsWith('"') || typeof value !== 'string') return json;
  if (before.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  const isBare = /^[\w./@-][\w./:@+-]*$/.test(value) && parse(value) === value;
  return isBare ? value : json;
}

/** Returns the value of a scalar as compile reads it, undefined for a faulty one. */
function parse(value: string): unknown {
  const documents = readYaml(value);
  return 'offset' in documents ? undefined : documents[0];
}
