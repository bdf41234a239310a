import { type ScalarPlace, startLine, write, writeText, type YamlText } from './yaml-scalar.ts';

/**
 * Prints JSON as YAML with the same bytes as sigs.k8s.io/yaml: keys in natural order, lists at the
 * indentation of their key, long texts folded. Numbers may be bigints. Needed only for parity with
 * Karmada's fieldOverrider.
 *
 * Source: sigs.k8s.io/yaml v1.6 (JSONToYAML); go.yaml.in/yaml/v2 v2.4, emitterc.go, sorter.go.
 */
export function printYamlText(value: unknown): string {
  const to: YamlText = { text: '', column: 0 };
  writeNode(value, { indent: 0, listIndent: 0, at: 'root' }, to);
  if (to.column > 0) to.text += '\n';
  return to.text;
}

interface NodeIndent {
  /** Indentation of the fields, if the node is an object. */
  readonly indent: number;
  /** Indentation of the items, if the node is a list. */
  readonly listIndent: number;
  /** Writes a node after a key on a new line, and after a list mark on the same line. */
  readonly at: 'root' | 'key' | 'mark';
}

function writeNode(value: unknown, place: NodeIndent, to: YamlText): void {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    if (Array.isArray(value)) writeItems(value, place, to);
    else writeFields(value, place, to);
    return;
  }
  if (place.at !== 'root') write(' ', to);
  if (typeof value !== 'string') write(printScalar(value), to);
  else writeText(value, { indent: place.indent, isSimpleKey: false }, to);
}

function writeItems(items: readonly unknown[], place: NodeIndent, to: YamlText): void {
  for (const [index, item] of items.entries()) {
    startNode(index, place.listIndent, place, to);
    write('-', to);
    writeNode(item, below(place.listIndent, 'mark'), to);
  }
}

function writeFields(object: object, place: NodeIndent, to: YamlText): void {
  const fields = Object.entries(object).sort(([a], [b]) => byNaturalOrder(a, b));
  for (const [index, [key, value]] of fields.entries()) {
    startNode(index, place.indent, place, to);
    writeKey(key, place.indent, to);
    writeNode(value, below(place.indent, isSimpleKey(key) ? 'key' : 'mark'), to);
  }
}

function writeKey(key: string, indent: number, to: YamlText): void {
  const at: ScalarPlace = { indent: indent + 2, isSimpleKey: isSimpleKey(key) };
  if (!at.isSimpleKey) write('? ', to);
  writeText(key, at, to);
  if (!at.isSimpleKey) startLine(indent, to);
  write(':', to);
}

/** Writes the first field or item on the line of its mark. */
function startNode(index: number, indent: number, { at }: NodeIndent, to: YamlText): void {
  if (index > 0 || at !== 'mark') startLine(indent, to);
  else write(' ', to);
}

function below(indent: number, at: 'key' | 'mark'): NodeIndent {
  return { indent: indent + 2, listIndent: at === 'key' ? indent : indent + 2, at };
}

function isSimpleKey(key: string): boolean {
  return !/[\r\n\u0085\u2028\u2029]/.test(key) && new TextEncoder().encode(key).length <= 128;
}

function printScalar(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  return typeof value === 'number' ? printNumber(value) : String(value);
}

/** Prints numbers of 64 bits as integers; others get an exponent sooner than in JavaScript. */
function printNumber(value: number): string {
  const text = String(value);
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64) return text;
  const exponent = Number(value.toExponential().split('e')[1]);
  if (exponent >= -4 && exponent < 6) return text;
  return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
}

/** Compares digits as numbers; letters come after other characters. */
function byNaturalOrder(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const index = left.findIndex((letter, at) => letter !== right[at]);
  const [l, r] = [left[index], right[index]];
  if (l === undefined || r === undefined) return left.length - right.length;
  const [isLeftLetter, isRightLetter] = [isLetter(l), isLetter(r)];
  if (isLeftLetter !== isRightLetter) return isLeftLetter ? 1 : -1;
  if (isLeftLetter) return byCode(l, r);
  const [x, y] = [runAt(left, index), runAt(right, index)];
  const leading = (l === '0' || r === '0') && followsNumber(left, index) ? '1' : '';
  return Number(leading + x) - Number(leading + y) || x.length - y.length || byCode(l, r);
}

function isLetter(letter: string): boolean {
  return /\p{L}/u.test(letter);
}

function byCode(a: string, b: string): number {
  return (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);
}

/** Returns the digits that start at an index. */
function runAt(letters: readonly string[], index: number): string {
  return /^[0-9]*/.exec(letters.slice(index).join(''))?.[0] ?? '';
}

/** Reports whether the digits before an index include others than zeros. */
function followsNumber(letters: readonly string[], index: number): boolean {
  return /[1-9][0-9]*$/.test(letters.slice(0, index).join(''));
}
