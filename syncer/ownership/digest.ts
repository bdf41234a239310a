import { hash } from 'node:crypto';

/** Returns a digest of JSON data, 16 characters. The order of keys does not matter. */
export function jsonDigest(value: unknown): string {
  return hash('sha256', canonical(value), 'base64url').slice(0, 16);
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const object = value as Readonly<Record<string, unknown>>;
  let text = '';
  // Sorted by code units: the default order is the fastest.
  for (const field of Object.keys(object).sort()) {
    text += `${text === '' ? '{' : ','}${JSON.stringify(field)}:${canonical(object[field])}`;
  }
  return text === '' ? '{}' : `${text}}`;
}
