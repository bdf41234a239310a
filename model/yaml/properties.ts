import { isGap, isWordCharacter } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { YamlError } from './fault.ts';
import type { Token } from './token.ts';

/** Characters that may follow the name of an anchor, besides a gap. */
const afterName: ReadonlySet<number> = new Set([...'?:,]}%@`'].map((each) => each.charCodeAt(0)));

/** Reads the name of an anchor (`&`) or an alias (`*`). */
export function readName(cursor: Cursor): Token {
  const start = cursor.at;
  const type = cursor.peek() === 0x2a ? 'alias' : 'anchor';
  cursor.at++;
  while (isWordCharacter(cursor.peek())) cursor.at++;
  const value = cursor.text.slice(start + 1, cursor.at);
  if (value === '' || !(isGap(cursor.peek()) || afterName.has(cursor.peek()))) {
    throw new YamlError(`the name of an ${type} consists of letters, digits, _ and -`, cursor.at);
  }
  return { type, start, end: cursor.at, value, isPlain: false };
}

const standardPrefix = 'tag:yaml.org,2002:';

const verbatim = /!<([\w\-;/?:@&=+$,.!~*'()[\]%]+)>/y;
const shorthand = /!(?:([\w-]*)!)?([\w\-;/?:@&=+$,.!~*'()[\]%]*)/y;

/** Reads a tag: `!<tag:…>`, `!!name`, `!name` or `!`. Directives could define other prefixes; kubectl refuses them. */
export function readTag(cursor: Cursor): Token {
  const start = cursor.at;
  const value = tagAt(cursor);
  if (!isGap(cursor.peek())) {
    throw new YamlError('a tag contains a character that it cannot contain', cursor.at);
  }
  return { type: 'tag', start, end: cursor.at, value, isPlain: false };
}

function tagAt(cursor: Cursor): string {
  const { text, at: start } = cursor;
  const form = text[start + 1] === '<' ? verbatim : shorthand;
  form.lastIndex = start;
  const match = form.exec(text);
  if (match === null) throw new YamlError('the tag is not complete', start);
  cursor.at = form.lastIndex;
  if (form === verbatim) return decoded(match[1] ?? '', start);
  const [, handle, suffix = ''] = match;
  if (handle === undefined) return `!${decoded(suffix, start)}`;
  if (handle !== '') throw new YamlError(`unknown prefix !${handle}! of a tag`, start);
  if (suffix === '') throw new YamlError('the tag is not complete', start);
  return standardPrefix + decoded(suffix, start);
}

/** Decodes `%2C` and the like. */
function decoded(tag: string, start: number): string {
  try {
    return decodeURIComponent(tag);
  } catch {
    throw new YamlError('the tag has an invalid % escape', start);
  }
}
