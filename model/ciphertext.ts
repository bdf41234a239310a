/** Finds values that SOPS has encrypted in objects that SOPS has not. */
import { pathToLeaf } from './leaf.ts';

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
 * metadata has encrypted values intentionally, so the result is undefined.
 */
export function findCiphertext(object: Readonly<Record<string, unknown>>): Ciphertext | undefined {
  if ('sops' in object) return undefined;
  let text = '';
  const path = pathToLeaf(object, (leaf) => {
    if (typeof leaf !== 'string' || leaf.length < shortest) return false;
    const line = joined(leaf);
    const isEncrypted = starts.test(line);
    if (isEncrypted) text = textIn(line);
    return isEncrypted;
  });
  return path && { path, text };
}

/** The length of the shortest of `starts`, so that most texts need no search. */
const shortest = 15;

/** Joins the lines of a text, because Kustomize breaks the lines of base64. */
function joined(text: string): string {
  return text.includes('\n') ? text.replaceAll('\n', '') : text;
}

/** Returns the encrypted value in a text, or in the base64 of a text; '' if base64 begins within a longer text. */
function textIn(line: string): string {
  const [plain] = encrypted.exec(line) ?? [];
  return plain ?? encrypted.exec(Buffer.from(line, 'base64').toString('latin1'))?.[0] ?? '';
}

const encrypted = /ENC\[AES256_GCM,[^\]]*\]/;
