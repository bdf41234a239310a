/** What the scanner finds in a text. */
export type TokenType =
  | 'end'
  | 'document-start'
  | 'document-end'
  | 'block-list'
  | 'block-map'
  | 'block-end'
  | 'flow-list'
  | 'flow-list-end'
  | 'flow-map'
  | 'flow-map-end'
  | 'item'
  | 'comma'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** Offsets are in UTF-16 code units. */
export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  /** The text of a scalar, the name of an anchor or alias, or a resolved tag. */
  readonly value: string;
  /** A scalar without quotes and not in block style. */
  readonly isPlain: boolean;
}

export function tokenAt(type: TokenType, start: number, end: number = start): Token {
  return { type, start, end, value: '', isPlain: false };
}
