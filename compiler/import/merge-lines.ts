/** A merge of two texts that were made from the same one, line by line as `git merge-file` does it. */

/** Some lines that a text has in the place of lines of the base; indexes are 0-based, ends exclusive. */
interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

type Lines = readonly string[];

export interface MergedLines {
  readonly lines: readonly string[];
  readonly conflicts: number;
}

/** The words after the markers that begin and end a conflict. */
interface ConflictNames {
  readonly ours: string;
  readonly base: string;
  readonly theirs: string;
}

/**
 * Merges the changes of two texts. Changes of the same lines, and insertions beside a change, conflict unless they
 * are equal: the result has both sides and the base, between marker lines.
 */
export function mergeLines(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
  names: ConflictNames,
): MergedLines {
  const sides = [new Side(base, ours), new Side(base, theirs)] as const;
  const lines: string[] = [];
  let at = 0;
  let conflicts = 0;
  for (;;) {
    const from = Math.min(...sides.map((side) => side.next));
    lines.push(...base.slice(at, from));
    if (from === Number.POSITIVE_INFINITY) return { lines, conflicts };
    at = sides.reduce((to, side) => side.advance(from, to), from);
    // A hunk of one side can reach over further hunks of the other one.
    for (let to = -1; to !== at; ) {
      to = at;
      at = sides.reduce((end, side) => side.advance(from, end), at);
    }
    const [mine, other] = sides.map((side) => side.take(from, at)) as [Taken, Taken];
    const isConflict = mine.isChanged && other.isChanged && !isSame(mine.lines, other.lines);
    if (isConflict) conflicts++;
    const merged = mine.isChanged ? mine.lines : other.lines;
    lines.push(
      ...(isConflict ? marked(mine.lines, base.slice(from, at), other.lines, names) : merged),
    );
  }
}

interface Taken {
  readonly lines: readonly string[];
  readonly isChanged: boolean;
}

/** Side reads the hunks of one text in order. */
class Side {
  readonly #text: readonly string[];
  readonly #hunks: readonly Hunk[];
  #index = 0;
  /** Lines that the hunks so far added to those of the base. */
  #added = 0;
  #taken = 0;

  constructor(base: readonly string[], text: readonly string[]) {
    this.#text = text;
    this.#hunks = hunksOf(base, text);
  }

  /** The base line at which the next hunk begins. */
  get next(): number {
    return this.#hunks[this.#index]?.from ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Takes the hunks that overlap the base lines from `from` to `to`, and insertions at their end. Returns the end of
   * the last one, at least `to`.
   */
  advance(from: number, to: number): number {
    const hunk = this.#hunks[this.#index];
    if (hunk === undefined || hunk.from > to) return to;
    const isInsertion = hunk.from === hunk.to;
    if (hunk.from === to && hunk.from !== from && !isInsertion) return to;
    this.#index++;
    this.#taken += hunk.end - hunk.start - (hunk.to - hunk.from);
    return this.advance(from, Math.max(to, hunk.to));
  }

  /** Returns the lines of the text in the place of some base lines. */
  take(from: number, to: number): Taken {
    const before = this.#added;
    const index = this.#index;
    this.#added += this.#taken;
    this.#taken = 0;
    const last = this.#hunks[index - 1];
    const isChanged = last !== undefined && last.from >= from;
    return { lines: this.#text.slice(from + before, to + this.#added), isChanged };
  }
}

function marked(
  ours: readonly string[],
  base: readonly string[],
  theirs: readonly string[],
  names: ConflictNames,
): readonly string[] {
  return [
    ...[`<<<<<<< ${names.ours}`, ...ours, `||||||| ${names.base}`, ...base],
    ...['=======', ...theirs, `>>>>>>> ${names.theirs}`],
  ];
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

/** Maximum number of cells of a table of common lines. Larger differences count as one hunk. */
const maxCells = 8_000_000;

/** Returns the smallest set of hunks that makes one text of another one. */
function hunksOf(base: Lines, text: Lines): readonly Hunk[] {
  const shorter = Math.min(base.length, text.length);
  let start = 0;
  while (start < shorter && base[start] === text[start]) start++;
  let tail = 0;
  while (tail < shorter - start && base.at(-1 - tail) === text.at(-1 - tail)) tail++;
  const [rows, columns] = [base.length - tail - start, text.length - tail - start];
  const whole = { from: start, to: start + rows, start, end: start + columns };
  if (rows === 0 && columns === 0) return [];
  if (rows === 0 || columns === 0 || rows * columns > maxCells) return [whole];
  return hunksBetween(base, text, whole);
}

/** Returns the hunks in a part of two texts; each of the other lines of the part is common. */
function hunksBetween(base: Lines, text: Lines, part: Hunk): readonly Hunk[] {
  const common = commonLines(base, text, part);
  const isCommon = (row: number, column: number) =>
    row < part.to && column < part.end && base[row] === text[column];
  const hunks: Hunk[] = [];
  let [row, column] = [part.from, part.start];
  while (row < part.to || column < part.end) {
    const [from, start] = [row, column];
    while ((row < part.to || column < part.end) && !isCommon(row, column)) {
      const isRemoved = column === part.end || common(row + 1, column) >= common(row, column + 1);
      if (row < part.to && isRemoved) row++;
      else column++;
    }
    if (row > from || column > start) hunks.push({ from, to: row, start, end: column });
    for (; isCommon(row, column); row++) column++;
  }
  return hunks;
}

/** Returns a function from a base line and a line of the text to the number of common lines from there on. */
function commonLines(base: Lines, text: Lines, { from, to, start, end }: Hunk) {
  const width = end - start + 1;
  const numbers = new Uint16Array((to - from + 1) * width);
  const at = (row: number, column: number) => (row - from) * width + column - start;
  const common = (row: number, column: number) => numbers[at(row, column)] ?? 0;
  for (let row = to - 1; row >= from; row--) {
    for (let column = end - 1; column >= start; column--) {
      numbers[at(row, column)] =
        base[row] === text[column]
          ? common(row + 1, column + 1) + 1
          : Math.max(common(row + 1, column), common(row, column + 1));
    }
  }
  return common;
}
