import { byText, type KubeObject } from './object.ts';

/**
 * Prints an object as YAML that go-yaml, sigs.k8s.io/yaml, PyYAML, js-yaml and yaml read alike: block style,
 * LF, a trailing newline, lists flush with their key, strings plain only when every reader takes them for
 * strings. Key order is fixed: apiVersion, kind, metadata, then the rest by code unit; in metadata name and
 * namespace come first. Omits fields whose value is undefined.
 *
 * @throws RangeError if the object contains a value that JSON cannot hold, such as NaN
 */
export function printManifest(object: KubeObject): string {
  return printOrdered(object, topOrder);
}

/** Prints a JSON value as YAML by the rules of `printManifest`; all keys are sorted by code unit. */
export function printYaml(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `${printScalarOrText(value)}\n`;
  if (isEmpty(value)) return Array.isArray(value) ? '[]\n' : '{}\n';
  if (!Array.isArray(value)) return printOrdered(value, []);
  const lines: string[] = [];
  printItems(value, '', lines);
  return `${lines.join('\n')}\n`;
}

function printScalarOrText(value: unknown): string {
  if (typeof value !== 'string') return printScalar(value);
  return isPlain(value) ? value : quote(value);
}

const topOrder = ['apiVersion', 'kind', 'metadata'];
const metadataOrder = ['name', 'namespace'];

function printOrdered(object: object, first: readonly string[]): string {
  const lines: string[] = [];
  printFields(object, '', first, lines);
  return `${lines.join('\n')}\n`;
}

function printFields(
  object: object,
  indent: string,
  first: readonly string[],
  lines: string[],
): void {
  for (const [key, value] of orderedFields(object, first)) {
    const nested = first === topOrder && key === 'metadata' ? metadataOrder : [];
    printValue(value, { prefix: keyPrefix(key, indent, lines), indent, first: nested }, lines);
  }
}

/** Prints a key, with `?` on a line of its own where it is longer than readers allow beside its value. */
function keyPrefix(key: string, indent: string, lines: string[]): string {
  const printed = isPlain(key) ? key : quote(key);
  if (printed.length < 1000) return `${indent}${printed}:`;
  lines.push(`${indent}? ${printed}`);
  return `${indent}:`;
}

interface PrintPosition {
  /** Start of the line: `key:` or `-`, with its indentation. */
  readonly prefix: string;
  /** Indentation of the line that holds the prefix. */
  readonly indent: string;
  readonly first: readonly string[];
}

function printValue(value: unknown, position: PrintPosition, lines: string[]): void {
  const { prefix, indent } = position;
  if (typeof value === 'string') {
    printText(value, position, lines);
  } else if (typeof value !== 'object' || value === null) {
    lines.push(`${prefix} ${printScalar(value)}`);
  } else if (isEmpty(value)) {
    lines.push(`${prefix} ${Array.isArray(value) ? '[]' : '{}'}`);
  } else if (Array.isArray(value)) {
    lines.push(prefix);
    printItems(value, indent, lines);
  } else {
    lines.push(prefix);
    printFields(value, `${indent}  `, position.first, lines);
  }
}

/** Prints items at the indentation of their key, with the first field of an item beside its dash. */
function printItems(items: readonly unknown[], indent: string, lines: string[]): void {
  for (const item of items) {
    if (typeof item !== 'object' || item === null || isEmpty(item)) {
      printValue(item, { prefix: `${indent}-`, indent, first: [] }, lines);
      continue;
    }
    const start = lines.length;
    const inner = `${indent}  `;
    if (Array.isArray(item)) printItems(item, inner, lines);
    else printFields(item, inner, [], lines);
    lines[start] = `${indent}- ${(lines[start] ?? '').slice(inner.length)}`;
  }
}

function orderedFields(object: object, first: readonly string[]): readonly [string, unknown][] {
  const rank = (key: string) => (first.includes(key) ? first.indexOf(key) : first.length);
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => rank(a) - rank(b) || byText(a, b));
}

function isEmpty(value: object): boolean {
  for (const key in value) if ((value as Record<string, unknown>)[key] !== undefined) return false;
  return true;
}

function printScalar(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return printNumber(value);
  throw new RangeError(`a manifest cannot hold ${typeof value} ${String(value)}`);
}

/** Adds a decimal point before an exponent, because YAML 1.1 readers need one to read a number. */
function printNumber(value: number): string {
  const text = String(value);
  return /^-?\d+e/.test(text) ? text.replace('e', '.0e') : text;
}

function printText(text: string, { prefix, indent }: PrintPosition, lines: string[]): void {
  if (!isBlock(text)) {
    lines.push(`${prefix} ${isPlain(text) ? text : quote(text)}`);
    return;
  }
  const kept = text.endsWith('\n\n') ? '|+' : text.endsWith('\n') ? '|' : '|-';
  lines.push(`${prefix} ${kept}`);
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  for (const line of body.split('\n')) lines.push(line === '' ? '' : `${indent}  ${line}`);
}

/**
 * Matches texts that start with a letter, a digit, `/` or `.` and contain no YAML indicator. A colon
 * inside a word is safe; before a space it would end a key.
 */
const plainPattern =
  /^(?:[A-Za-z/_]|\.(?=[A-Za-z/])|[0-9]+(?=[A-Za-z]))(?:[\w./@%+,;=~^$()<>?!*&|-]|:(?=[\w./-])| (?=[\w./(]))*$/;

/**
 * Texts that some reader takes for a boolean, a null or a number: go-yaml, PyYAML, js-yaml or yaml. The letters
 * after digits are those of exponents and of Java's types.
 */
const reserved =
  /^(?:y|n|yes|no|on|off|true|false|null|nan|\.nan|inf|\.inf|[0-9][0-9_]*(?:e[-+.0-9_]*|[dfl])?|[._]*e[-+]?[0-9][0-9_]*|0[box][-+0-9a-f_]*)$/i;

/** Reports whether a text without quotes is the same text for every reader of YAML. */
export function isPlain(text: string): boolean {
  return text.length < 1024 && plainPattern.test(text) && !reserved.test(text);
}

/** Reports whether a literal block preserves the text exactly: several printable lines without trailing blanks. */
function isBlock(text: string): boolean {
  return (
    text.includes('\n') &&
    /^[^\s]/.test(text) &&
    !/[ \t](?:\n|$)/.test(text) &&
    !/[^\n\t\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text)
  );
}

/** Quotes a text as a JSON string with control characters escaped, which is a double-quoted YAML string. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
