import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Returns the digest of a file as npm writes it into package-lock.json: `sha512-` and base64.
 *
 * @throws Error when the file cannot be read
 */
export function integrityOf(file: string): string {
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
}
