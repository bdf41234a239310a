import { findCiphertext } from '#model/ciphertext.ts';
import type { Report } from '#model/diagnostic.ts';
import { pointerTo } from '#model/pointer.ts';
import type { RawObject } from './documents.ts';

/**
 * Reports an object with an encrypted value but without the `sops` metadata that decrypts it, such as one copied out of
 * an encrypted file. Returns whether it is one.
 */
export function hasStrayCiphertext({ value, at }: RawObject, report: Report): boolean {
  const found = findCiphertext(value);
  if (found === undefined) return false;
  const { kind, metadata } = value;
  report({
    code: 'parse/stray-ciphertext',
    severity: 'error',
    message: `${kind} ${Object(metadata).name}: ${found.path.join('.')} is text that SOPS encrypted, but the object has no sops metadata`,
    at: at(pointerTo(found.path)),
    hint: 'copy the whole encrypted file, or encrypt this object with SOPS',
  });
  return true;
}
