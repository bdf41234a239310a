import { hash } from 'node:crypto';
import { byText } from '#model/object.ts';

/** Digest of JSON data, whatever the order of its keys: equal for equal data, 16 characters. */
export function digestOf(value: unknown): string {
  return hash('sha256', canonical(value), 'base64url').slice(0, 16);
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const fields = Object.entries(value).toSorted(([a], [b]) => byText(a, b));
  return `{${fields.map(([field, inner]) => `${JSON.stringify(field)}:${canonical(inner)}`).join()}}`;
}
