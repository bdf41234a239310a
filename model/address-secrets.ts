import { looksRandom } from './redaction.ts';
import { decoded } from './url-escapes.ts';

/**
 * Returns the parts of a URL that may be secret: its password, and the parts of its path and query that look random,
 * because the address of a chat's webhook is all that a sender needs. Returns none for a text that is not a URL.
 */
export function secretsInAddress(address: string): readonly string[] {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return [];
  const parts = [...url.pathname.split('/'), ...url.searchParams.values()];
  return [url.password, ...parts.map(decoded).filter(looksRandom)].flatMap((part) =>
    part === '' ? [] : [part, decoded(part)],
  );
}
