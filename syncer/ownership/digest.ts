import { hash } from 'node:crypto';

/** Digest of JSON data, whatever the order of its keys: equal for equal data, 16 characters. */
export function jsonDigest(value: unknown): string {
  return hash('sha256', canonical(value), 'base64url').slice(0, 16);
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const object = value as Readonly<Record<string, unknown>>;
  let text = '';
  // By code units, as they come without a comparison of our own.
  for (const field of Object.keys(object).sort()) {
    text += `${text === '' ? '{' : ','}${JSON.stringify(field)}:${canonical(object[field])}`;
  }
  return text === '' ? '{}' : `${text}}`;
}
