/**
 * JSON paths of printer columns: `.spec.hosts`, `.status.conditions[?(@.type=="Ready")].status`.
 */
import { isFields, type Value, valueAt } from '../object.ts';

const step =
  /^(?:\.?\[\?\(@\.(?<key>[\w./-]+)\s*==\s*["'](?<expected>[^"']*)["']\)\]|\.?\[(?<index>\d+|\*)\]|\.?\[["'](?<quoted>[^"']+)["']\]|\.?(?<name>(?:\\.|[^.[\]])+))/;

/**
 * Returns every value at the path; an empty list when no value matches or the path is malformed.
 */
export function valuesAt(value: Value, path: string): Value[] {
  let found: Value[] = [value];
  let rest = path.trim().replace(/^\{(.*)\}$/, '$1');
  while (rest !== '' && rest !== '.') {
    const match = step.exec(rest);
    if (match?.groups === undefined) return [];
    const groups = match.groups;
    found = found.flatMap((one) => take(one, groups));
    rest = rest.slice(match[0].length);
  }
  return found;
}

function take(value: Value, groups: Readonly<Record<string, string | undefined>>): Value[] {
  const { key, expected, index, quoted, name = '' } = groups;
  if (key !== undefined) {
    const items = Array.isArray(value) ? value : [];
    return items.filter((item) => isFields(item) && String(item[key]) === expected);
  }
  if (index === '*') return typeof value === 'object' && value !== null ? Object.values(value) : [];
  const found = valueAt(value, index ?? quoted ?? name.replaceAll('\\.', '.'));
  return found === undefined ? [] : [found];
}
