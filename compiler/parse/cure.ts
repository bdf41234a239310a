import type * as v from 'valibot';
import { nearestWord } from '#model/nearest.ts';

/** Returns what to write in place of a value that a schema rejects; undefined if the message itself says so. */
export function cureOf(issue: v.BaseIssue<unknown>, field: string): string | undefined {
  const { kind, expected, received } = issue;
  if (kind !== 'schema' || expected === null) return undefined;
  const isText = received.startsWith('"');
  switch (expected) {
    case 'string':
      return isCollection(received) ? `write a single string in ${field}` : 'put it in quotes';
    case 'number':
    case 'bigint':
      return /^"[-+]?\d+"$/.test(received) ? 'remove the quotes' : `write a number in ${field}`;
    case 'boolean':
      return `write ${field}: true or ${field}: false, without quotes`;
    case 'Array':
      return isCollection(received)
        ? `write "- " before each item of ${field}`
        : `write it as a list: [${isText ? received.slice(1, -1) : received}]`;
    case 'Object':
      return `write the fields of ${field} below it, indented`;
    default:
      return optionFor(expected, received);
  }
}

function isCollection(received: string): boolean {
  return received === 'Object' || received === 'Array';
}

/** Returns the nearest of the values that a field can have, such as `("Push" | "Pull")`. */
function optionFor(expected: string, received: string): string | undefined {
  const options = [...expected.matchAll(/"([^"]*)"/g)].map(([, option = '']) => option);
  const written = received.replaceAll('"', '');
  const meant =
    options.find((option) => option.toLowerCase() === written.toLowerCase()) ??
    options.find((option) => written !== '' && option.startsWith(written)) ??
    nearestWord(written, options);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}
