/** How an index reads its entries. */
interface Reading<T> {
  readonly textOf: (entry: T) => string;
  /** Names the group of an entry. Of neighbours in one group, only the first with a word is found. */
  readonly groupOf?: (entry: T) => unknown;
}

interface Words {
  /** The words of each entry. */
  readonly ofEntries: readonly ReadonlySet<string>[];
  /** Positions of the entries with a word, ascending. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
}

/**
 * Finds the entries of a list by the words of their texts. It reads each text once, when the first question
 * comes, so that questions cost what they find, however long the list and its texts are.
 */
export class WordIndex<T> {
  readonly #entries: readonly T[];
  readonly #reading: Reading<T>;
  #words: Words | undefined;

  constructor(entries: readonly T[], reading: Reading<T>) {
    this.#entries = entries;
    this.#reading = reading;
  }

  /** Returns the first entries with one of some words, at most `limit`. */
  withOneOf(words: Iterable<string>, limit: number): readonly T[] {
    const found = new Set<number>();
    for (const word of new Set(words)) {
      for (const position of this.#with(word).slice(0, limit)) found.add(position);
    }
    return this.#entriesAt([...found].sort((a, b) => a - b).slice(0, limit));
  }

  /** Returns the first entries with both of two words, at most `limit`. */
  withBoth(word: string, other: string, limit: number): readonly T[] {
    const isRarer = this.#with(word).length <= this.#with(other).length;
    const [rare, common] = isRarer ? [word, other] : [other, word];
    const { ofEntries } = this.#read();
    const found = this.#with(rare).filter((position) => ofEntries[position]?.has(common));
    return this.#entriesAt(found.slice(0, limit));
  }

  #entriesAt(positions: readonly number[]): readonly T[] {
    return positions.flatMap((position) => this.#entries.slice(position, position + 1));
  }

  #with(word: string): readonly number[] {
    return this.#read().positions.get(word) ?? [];
  }

  #read(): Words {
    this.#words ??= readWords(this.#entries, this.#reading);
    return this.#words;
  }
}

function readWords<T>(
  entries: readonly T[],
  { textOf, groupOf = (entry) => entry }: Reading<T>,
): Words {
  const groups = entries.map(groupOf);
  const ofEntries = entries.map((entry) => wordsOf(textOf(entry)));
  const positions = new Map<string, number[]>();
  for (const [position, words] of ofEntries.entries()) {
    for (const word of words) {
      const known = positions.get(word);
      if (known === undefined) positions.set(word, [position]);
      else if (groups[known.at(-1) ?? 0] !== groups[position]) known.push(position);
    }
  }
  return { ofEntries, positions };
}

/** Returns the words of a YAML text, their parts around `:` and `@`, and its quoted texts. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = text.split(/[\s"',{}[\]]+/).map((word) => word.replace(/:$/, ''));
  const quoted = [...text.matchAll(/"([^"\n]*)"/g)].map(([, content = '']) => content);
  return new Set([...words, ...words.flatMap((word) => word.split(/[:@]/)), ...quoted]);
}
