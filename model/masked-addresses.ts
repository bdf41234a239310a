/** Masks the credentials of addresses in texts. Engines, API servers and our own messages repeat addresses of users. */
import { looksSecret } from './secret-name.ts';

/** What a text shows in place of a credential. */
const mask = '***';

/** Characters that end the user and the password of an address. */
const delimiter = /[\s"/?#]/;

/** A field of a query. JSON writes `&` as `\u0026`. */
const queryField = /([?&]|\\u0026)([^?&=#\s"'\\]+)=([^&#\s"'\\]+)/g;

/**
 * Returns a text with `***` in place of passwords in addresses, of user names in addresses of HTTP, which may be
 * tokens, and of tokens and signatures in queries. Takes linear time, and leaves its own result unchanged.
 */
export function maskedAddresses(text: string): string {
  const shown = text.includes('@') ? maskedUsers(text) : text;
  if (!shown.includes('=')) return shown;
  return shown.replaceAll(queryField, (field, sign: string, name: string) =>
    looksSecret(name) || /^sig$|signature/i.test(name) ? `${sign}${name}=${mask}` : field,
  );
}

/** Masks what stands before each `@` of an address. A password may contain an `@`, too. */
function maskedUsers(text: string): string {
  let shown = '';
  let from = 0;
  let isMasked = false;
  for (let last = -1, at = text.indexOf('@'); at >= 0; last = at, at = text.indexOf('@', at + 1)) {
    const start = startOfWord(text, at, last + 1);
    const isLonger = start === last + 1 && last >= 0;
    const user = isLonger ? undefined : startOfUser(text, start, at);
    isMasked = isLonger ? isMasked : user !== undefined;
    if (!isMasked) continue;
    shown += user === undefined ? '' : `${text.slice(from, user)}${mask}`;
    from = at;
  }
  return shown + text.slice(from);
}

/** Returns the offset behind the last delimiter before an offset. The search ends at `first`. */
function startOfWord(text: string, offset: number, first: number): number {
  let start = offset;
  while (start > first && !delimiter.test(text.charAt(start - 1))) start--;
  return start;
}

/** Returns the offset of the user name in an address; undefined if the word before the `@` has no credentials. */
function startOfUser(text: string, start: number, at: number): number | undefined {
  const word = text.slice(start, at);
  if (word === '') return undefined;
  // Go's cleaning of paths leaves one slash, and URL parsers need none.
  const before = text.slice(Math.max(0, start - 10), start);
  if (/https?:\/+$/i.test(before)) return start;
  if (/(?:\/|:)\/$/.test(before)) return word.includes(':') ? start : undefined;
  const [scheme = ''] = /^(?:.*?[^A-Za-z\d])?https?:(?=.)/is.exec(word) ?? [];
  return scheme === '' ? undefined : start + scheme.length;
}
