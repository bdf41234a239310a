import { pointerTo } from '#model/pointer.ts';

/** A field name, or the text in brackets. */
type Step = { readonly name: string } | { readonly inBrackets: string };

/** The result of resolving a field path in an object. */
interface Resolved {
  /** JSON pointer to the value, or to the nearest enclosing value in the object. */
  readonly pointer: string;
  /** The object has the field itself. */
  readonly exists: boolean;
}

/**
 * Finds the value of a field path in the API server's notation, such as `spec.ports[0].port`,
 * `metadata.labels[app.kubernetes.io/name]` or `.spec.containers[name="web"].image`.
 */
export function resolveField(field: string, object: object): Resolved {
  return resolve(field, object, (list, test) => list.findIndex(test));
}

/** Finds the value of a field path. If several items have its key, it finds the last one, the duplicate. */
export function resolveLast(field: string, object: object): Resolved {
  return resolve(field, object, (list, test) => list.findLastIndex(test));
}

/** Finds the index of an item in a list. */
type Find = (list: readonly unknown[], test: (item: unknown) => boolean) => number;

function resolve(field: string, object: object, find: Find): Resolved {
  const found: string[] = [];
  let value: unknown = object;
  let steps = stepsOf(field);
  while (steps.length > 0) {
    const match = matchStep(value, steps, find);
    if (match === undefined) break;
    found.push(match.key);
    value = (value as Readonly<Record<string, unknown>>)[match.key];
    steps = steps.slice(match.used);
  }
  return { pointer: pointerTo(found), exists: steps.length === 0 };
}

interface Match {
  readonly key: string;
  /** Number of steps that the key uses. */
  readonly used: number;
}

function matchStep(value: unknown, steps: readonly Step[], find: Find): Match | undefined {
  const [first] = steps;
  if (typeof value !== 'object' || value === null || first === undefined) return undefined;
  if (!Array.isArray(value)) return matchKey(value, steps);
  if ('name' in first) return undefined;
  const index = indexIn(value, first.inBrackets, find);
  return index === undefined ? undefined : { key: String(index), used: 1 };
}

/** Matches a key of a map. A key may contain dots without brackets around it in the field path. */
function matchKey(value: object, steps: readonly Step[]): Match | undefined {
  const [first] = steps;
  if (first !== undefined && 'inBrackets' in first) {
    const key = unquoted(first.inBrackets);
    return Object.hasOwn(value, key) ? { key, used: 1 } : undefined;
  }
  const end = steps.findIndex((step) => 'inBrackets' in step);
  const names = steps.slice(0, end < 0 ? steps.length : end).map(nameOf);
  for (let used = 1; used <= names.length; used++) {
    const key = names.slice(0, used).join('.');
    if (Object.hasOwn(value, key)) return { key, used };
  }
  return undefined;
}

function nameOf(step: Step): string {
  return 'name' in step ? step.name : step.inBrackets;
}

/** Finds an item by `0`, `name="web"`, `containerPort=80,protocol="TCP"`, or its value in a set. */
function indexIn(list: readonly unknown[], text: string, find: Find): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) < list.length ? Number(text) : undefined;
  const keys = [...text.matchAll(/([\w-]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  if (keys.length === 0) return known(find(list, (item) => isSame(item, unquoted(text))));
  const findBy = (isKey: (value: unknown, text: string) => boolean) =>
    find(list, (item) =>
      keys.every(([, key = '', value = '']) => isKey(Object(item)[key], unquoted(value))),
    );
  return known(findBy(isSame)) ?? known(findBy(isSameOrDefault));
}

function known(index: number): number | undefined {
  return index < 0 ? undefined : index;
}

function isSame(value: unknown, text: string): boolean {
  return typeof value !== 'object' && String(value) === text;
}

/** Accepts an absent key, because the path contains its default. */
function isSameOrDefault(value: unknown, text: string): boolean {
  return value === undefined || value === null || isSame(value, text);
}

function unquoted(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function stepsOf(field: string): readonly Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < field.length) {
    const end = field[at] === '[' ? closingBracket(field, at) : nameEnd(field, at);
    const text = field.slice(at, end);
    if (text.startsWith('[')) steps.push({ inBrackets: text.slice(1, -1) });
    else if (text !== '') steps.push({ name: text });
    at = field[end] === '.' ? end + 1 : Math.max(end, at + 1);
  }
  return steps;
}

function nameEnd(field: string, from: number): number {
  const length = field.slice(from).search(/[.[]/);
  return length < 0 ? field.length : from + length;
}

/** Returns the offset after the closing bracket. Brackets in quotes do not count. */
function closingBracket(field: string, from: number): number {
  const [text] = /^\[(?:"(?:[^"\\]|\\.)*"|[^\]"])*\]/.exec(field.slice(from)) ?? [];
  if (text !== undefined) return from + text.length;
  const end = field.indexOf(']', from);
  return end < 0 ? field.length : end + 1;
}
