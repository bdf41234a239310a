/** A value in a YAML document with its place. Offsets are in UTF-16 code units. */
export interface YamlNode {
  readonly type: 'scalar' | 'list' | 'map' | 'alias';
  /** Start of the content, after an anchor and a tag; for an empty scalar the place where it could be. */
  readonly start: number;
  /** End of a scalar, an alias or a flow collection; for block collections the end of their last value. */
  readonly end: number;
  /** The collection has brackets. */
  readonly isFlow: boolean;
  /** '' for none. */
  readonly tag: string;
  /** '' for none. */
  readonly anchor: string;
  /** The text of a scalar, or the anchor to which an alias refers. */
  readonly value: string;
  /** The scalar has no quotes, so it may be another value than a string. */
  readonly isPlain: boolean;
  /** The items of a list; the keys and values of a map, in turn. */
  readonly children: readonly YamlNode[];
}

/** Reports whether a scalar is empty: nothing is written in its place. */
export function isAbsent({ type, start, end }: YamlNode): boolean {
  return type === 'scalar' && start === end;
}
