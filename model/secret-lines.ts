/** Finds the lines of a source file whose key looks secret. Output names these lines, but does not show them. */
import { looksSecret } from './secret-name.ts';

/** One line of a YAML or JSON text, as far as its key is concerned. */
interface KeyedLine {
  /** Column of the first character, 0-based. */
  readonly start: number;
  /** Column of the key, or of the content without one. Dashes of list items stand before it. */
  readonly column: number;
  /** The key; '' for a line without one. */
  readonly key: string;
  /** The text behind the key. */
  readonly rest: string;
  readonly isBlank: boolean;
}

/** A map above or at a line. */
interface OpenMap {
  readonly column: number;
  /** Whether the last key of the map looks secret, or one above it does. */
  readonly isSecret: boolean;
  /** Indexes of the lines with the keys of the map. */
  readonly keys: number[];
}

/**
 * Returns the numbers, 1-based, of the lines whose key looks secret: their own, or one above them in the
 * structure. Also those of the `value` beside such a `name`, of options such as `--password`, and of
 * addresses with a password. Reads any text, because chart templates are not YAML.
 */
export function secretLines(text: string): ReadonlySet<number> {
  const lines = text.split('\n').map(readLine);
  const secret = new Set<number>();
  const maps: OpenMap[] = [];
  const open: OpenMap[] = [];
  let wasSecret = false;
  for (const [index, line] of lines.entries()) {
    if (line.isBlank) continue;
    const same = closeMaps(open, line);
    const isBelow = open.some(({ isSecret }) => isSecret);
    // A line without a key continues the text or the list of the line before.
    const goesOn = line.key === '' && !line.rest.startsWith('{');
    wasSecret = isBelow || hasSecret(line) || (goesOn && wasSecret);
    if (wasSecret) secret.add(index + 1);
    if (line.key === '') continue;
    const map = { column: line.column, isSecret: wasSecret, keys: same?.keys ?? [] };
    map.keys.push(index);
    open.push(map);
    if (same === undefined) maps.push(map);
  }
  for (const { keys } of maps) addValues(lines, keys, secret);
  return secret;
}

/** Removes the maps that end before a line. Returns the map of which the line has another key. */
function closeMaps(open: OpenMap[], { column, start }: KeyedLine): OpenMap | undefined {
  let last: OpenMap | undefined;
  while ((open.at(-1)?.column ?? -1) >= column) last = open.pop();
  return last?.column === column && start === column ? last : undefined;
}

/** As the other patterns of this file, it takes linear time: a line may have megabytes. */
const keyPattern =
  /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'{[&*!|>%@`,](?:[^:=#]*[^\s:=#])?)\s*(?::(?:\s+|$)|=)(.*)$/;

function readLine(text: string): KeyedLine {
  const [dashes = ''] = /^\s*(?:-\s+)*/.exec(text) ?? [];
  const content = text.slice(dashes.length).trimEnd();
  const [, key = '', rest = ''] = keyPattern.exec(content) ?? [];
  return {
    start: text.length - text.trimStart().length,
    column: dashes.length,
    key: key.replace(/^["']|["']$/g, ''),
    rest: key === '' ? content : rest,
    isBlank: content === '',
  };
}

/** Reports whether a line itself has a key, an option or an address that looks secret. */
function hasSecret({ key, rest }: KeyedLine): boolean {
  if (looksSecret(key)) return true;
  if (/:\/{1,3}[^/\s:@]*:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY/.test(rest)) return true;
  return namePatterns.some((pattern) =>
    rest.matchAll(pattern).some(([, name = '']) => looksSecret(name)),
  );
}

/** Names in the text behind a key: of fields and assignments, of options, and what `{name: …}` names. */
const namePatterns = [
  /(?<![\w.$/-])([\w.$/-]+)["']?\s*[:=]/g,
  /(?:^|[\s"'[])(--?[\w-]+)/g,
  /\b(?:name|key|path)["']?\s*:\s*["']?([\w.$/~-]+)/g,
];

const nameKeys: ReadonlySet<string> = new Set(['name', 'key', 'path', 'env', 'id']);
const valueKeys: ReadonlySet<string> = new Set(['value', 'val', 'default', 'content', 'data']);

/** Adds the value of a map whose name looks secret, as in `{name: DB_PASSWORD, value: …}`. */
function addValues(
  lines: readonly KeyedLine[],
  keys: readonly number[],
  secret: Set<number>,
): void {
  const isNamed = keys.some((index) => {
    const { key = '', rest = '' } = lines[index] ?? {};
    return nameKeys.has(key) && looksSecret(scalarIn(rest));
  });
  if (!isNamed) return;
  for (const index of keys) {
    if (valueKeys.has(lines[index]?.key ?? '')) addWithBelow(lines, index, secret);
  }
}

/** Returns the last part of a plain or quoted scalar, which may be a path; '' for other texts. */
function scalarIn(text: string): string {
  const bare = text.replace(/^["']/, '').replace(/["']?,?$/, '');
  return /[\s"']/.test(bare) ? '' : (/(?<![\w.$~-])[\w.$~-]+$/.exec(bare)?.[0] ?? '');
}

/** Adds a line and the lines that belong to its value. */
function addWithBelow(lines: readonly KeyedLine[], index: number, secret: Set<number>): void {
  const column = lines[index]?.column ?? 0;
  secret.add(index + 1);
  for (const [below, { isBlank, start, key }] of lines.slice(index + 1).entries()) {
    if (isBlank) continue;
    if (start <= column && key !== '') return;
    secret.add(index + 2 + below);
  }
}
