/** Finds values that SOPS has encrypted in objects that SOPS has not. */
import { isFieldMap } from './object.ts';

/** The start of an encrypted value, as a text and in base64 at each offset. */
const starts = /ENC\[AES256_GCM,|RU5DW0FFUzI1Nl9HQ00|VOQ1tBRVMyNTZfR0NNL|FTkNbQUVTMjU2X0dDTS/;

/** A value that contains an encrypted value. */
export interface Ciphertext {
  /** Field names and indices from the object to the value. */
  readonly path: readonly string[];
  /** The encrypted value as SOPS writes it: `ENC[AES256_GCM,…]`. */
  readonly text: string;
}

/**
 * Returns the first encrypted value in an object, plain, in base64 or inside a longer text. An object with `sops`
 * metadata has encrypted values by intent, so that the result is undefined.
 */
export function findCiphertext(object: Readonly<Record<string, unknown>>): Ciphertext | undefined {
  if ('sops' in object) return undefined;
  const path: string[] = [];
  const text = find(object, path);
  return text === undefined ? undefined : { path, text };
}

/** Returns the first encrypted value at or below a value. `path` leads to the value, and then to what was found. */
function find(value: unknown, path: string[]): string | undefined {
  if (typeof value === 'string') return value.length < shortest ? undefined : findIn(value);
  if (!Array.isArray(value) && !isFieldMap(value)) return undefined;
  for (const key in value) {
    path.push(key);
    const found = find((value as Readonly<Record<string, unknown>>)[key], path);
    if (found !== undefined) return found;
    path.pop();
  }
  return undefined;
}

/** The length of the shortest of `starts`, so that most texts need no search. */
const shortest = 15;

function findIn(text: string): string | undefined {
  // Kustomize breaks the lines of base64.
  const line = text.includes('\n') ? text.replaceAll('\n', '') : text;
  return starts.test(line) ? textIn(line) : undefined;
}

/** Returns the encrypted value in a text, or in the base64 of a text; '' if base64 begins within a longer text. */
function textIn(line: string): string {
  const [plain] = encrypted.exec(line) ?? [];
  return plain ?? encrypted.exec(Buffer.from(line, 'base64').toString('latin1'))?.[0] ?? '';
}

const encrypted = /ENC\[AES256_GCM,[^\]]*\]/;
