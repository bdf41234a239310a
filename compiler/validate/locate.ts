/**
 * Finds the value behind a message without a field. The API server converts the whole object at once
 * and does not say which quantity or base64 value is invalid.
 */
import type { KubeObject } from '#model/object.ts';
import { parseQuantity } from '#model/quantity.ts';

/** Returns the field path of the first value that may cause a message, or '' if no value does. */
export function locateFault(message: string, object: KubeObject): string {
  if (/quantities must match|unable to parse quantity/.test(message)) {
    return firstField(
      object,
      (path, text) => isQuantity(path) && parseQuantity(text) === undefined,
    );
  }
  if (/illegal base64 data/.test(message)) {
    return firstField(object, (path, text) => isBytes(path) && !base64.test(text));
  }
  return '';
}

const listsOfQuantities: ReadonlySet<string> = new Set([
  ...['limits', 'requests', 'hard', 'capacity', 'overhead', 'podFixed'],
  ...['default', 'defaultRequest', 'max', 'min', 'maxLimitRequestRatio'],
]);
const quantities: ReadonlySet<string> = new Set([
  ...['sizeLimit', 'divisor', 'averageValue', 'storage'],
]);

function isQuantity(path: readonly string[]): boolean {
  return listsOfQuantities.has(path.at(-2) ?? '') || quantities.has(path.at(-1) ?? '');
}

function isBytes([first, ...rest]: readonly string[]): boolean {
  return (first === 'data' || first === 'binaryData') && rest.length === 1;
}

const base64 = /^(?:[A-Za-z0-9+/\r\n]{4})*(?:[A-Za-z0-9+/\r\n]{2}==|[A-Za-z0-9+/\r\n]{3}=)?\s*$/;

type Test = (path: readonly string[], text: string) => boolean;

function firstField(value: unknown, test: Test, path: readonly string[] = []): string {
  if (typeof value === 'string') return test(path, value) ? fieldOf(path) : '';
  if (typeof value !== 'object' || value === null) return '';
  for (const [key, item] of Object.entries(value)) {
    const found = firstField(item, test, [...path, key]);
    if (found !== '') return found;
  }
  return '';
}

function fieldOf([first = '', ...rest]: readonly string[]): string {
  return `${first}${rest.map((key) => (/^[\w-]+$/.test(key) && !/^\d+$/.test(key) ? `.${key}` : `[${key}]`)).join('')}`;
}
