import { YamlError } from './fault.ts';
import type { YamlNode } from './node.ts';
import { keyText, scalarValue } from './resolve.ts';

/** A key that a map has twice. Offsets are in UTF-16 code units. */
export interface DuplicateKey {
  readonly key: string;
  readonly offset: number;
  /** The offset of the same key before it. */
  readonly first: number;
}

/** The value of an anchor; absent while it is being built. */
interface Anchored {
  readonly node: YamlNode;
  value?: { readonly of: unknown };
}

type Fields = Record<string, unknown>;

/** Number of fields that merge keys may copy, beyond the number of characters in the text. */
const mergeAllowance = 1_000_000;

/**
 * Returns the JSON value of a document as YAMLToJSON of sigs.k8s.io/yaml does: of a duplicate key the last
 * value counts, and a merge key overwrites the keys before it. Aliases share their value.
 *
 * @param onDuplicate - receives each duplicate key
 * @throws YamlError if the document has no JSON value
 */
export function jsonOf(
  root: YamlNode,
  textLength: number,
  onDuplicate: (duplicate: DuplicateKey) => void,
): unknown {
  return new Construction(textLength + mergeAllowance, onDuplicate).value(root);
}

class Construction {
  readonly #anchors = new Map<string, Anchored>();
  readonly #onDuplicate: (duplicate: DuplicateKey) => void;
  #mergesLeft: number;

  constructor(merges: number, onDuplicate: (duplicate: DuplicateKey) => void) {
    this.#mergesLeft = merges;
    this.#onDuplicate = onDuplicate;
  }

  value(node: YamlNode): unknown {
    if (node.anchor === '') return this.#content(node);
    // Known before it is built, because an anchor of the same name inside of it is the later one.
    const anchored: Anchored = { node };
    this.#anchors.set(node.anchor, anchored);
    const value = this.#content(node);
    anchored.value = { of: value };
    return value;
  }

  #content(node: YamlNode): unknown {
    switch (node.type) {
      case 'scalar':
        return scalarValue(node);
      case 'list':
        return node.children.map((item) => this.value(item));
      case 'map':
        return this.#map(node);
      case 'alias':
        return this.#aliased(node);
    }
  }

  #aliased(alias: YamlNode): unknown {
    const { value } = this.#anchored(alias);
    if (value === undefined)
      throw new YamlError(`the value of &${alias.value} contains itself`, alias.start);
    return value.of;
  }

  #anchored({ value: name, start }: YamlNode): Anchored {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined)
      throw new YamlError(`*${name} has no anchor &${name} before it`, start);
    return anchored;
  }

  #map({ children }: YamlNode): Fields {
    const fields: Fields = {};
    let merged: Set<string> | undefined;
    for (let index = 0; index < children.length; index += 2) {
      const [key, value] = [children[index] as YamlNode, children[index + 1] as YamlNode];
      if (isMerge(key)) {
        if (key.anchor !== '') this.value(key);
        merged = this.#merge(value, fields, merged ?? new Set());
        continue;
      }
      const name = this.#key(key);
      if (Object.hasOwn(fields, name) && !merged?.delete(name)) {
        this.#report(name, children, index);
      }
      setField(fields, name, this.value(value));
    }
    return fields;
  }

  #key(key: YamlNode): string {
    if (key.anchor !== '') this.value(key);
    const scalar = key.type === 'alias' ? this.#anchored(key).node : key;
    const name = scalar.type === 'scalar' ? keyText(scalar) : undefined;
    if (name !== undefined) return name;
    const kind = scalar.type === 'scalar' ? 'null or a number beyond 64 bits' : `a ${scalar.type}`;
    throw new YamlError(`a key cannot be ${kind}`, key.start);
  }

  #report(name: string, children: readonly YamlNode[], index: number): void {
    const isSame = (other: YamlNode, at: number) =>
      at % 2 === 0 && at < index && !isMerge(other) && this.#key(other) === name;
    const first = children.find(isSame);
    const offset = children[index]?.start ?? 0;
    this.#onDuplicate({ key: name, offset, first: first?.start ?? offset });
  }

  /** Copies the fields of the maps at a merge key; the first of several maps counts. Returns the names of merged fields. */
  #merge(value: YamlNode, into: Fields, merged: Set<string>): Set<string> {
    const maps = value.type === 'list' ? value.children : [value];
    const sources = maps.map((map) => {
      const isMap = (map.type === 'alias' ? this.#anchored(map).node : map).type === 'map';
      if (!isMap) throw new YamlError('the value of << must be a map or a list of maps', map.start);
      return this.value(map) as Fields;
    });
    for (const source of sources.toReversed()) {
      for (const [name, field] of Object.entries(source)) {
        if (--this.#mergesLeft < 0)
          throw new YamlError('merge keys copy far more fields than the document has', value.start);
        if (!Object.hasOwn(into, name)) merged.add(name);
        setField(into, name, field);
      }
    }
    return merged;
  }
}

function isMerge({ type, value, isPlain, tag }: YamlNode): boolean {
  return type === 'scalar' && value === '<<' && (isPlain || tag === 'tag:yaml.org,2002:merge');
}

/** Assigning to `__proto__` would set the prototype instead of a field. */
function setField(fields: Fields, name: string, value: unknown): void {
  if (name !== '__proto__') fields[name] = value;
  else
    Object.defineProperty(fields, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}
