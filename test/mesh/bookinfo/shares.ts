import type { Page, Part } from '../harness/bookinfo-pods.ts';

/**
 * Shares of all requests, from 0 to 1, by what happened: `page`, `reviews v1`, `reviews v1 from member2`,
 * `details fails`. A name that is absent has the share 0.
 */
export type Shares = Readonly<Record<string, number>>;

/** One row of a comparison. */
export interface Row {
  readonly name: string;
  readonly wanted: number;
  readonly measured: number;
}

/** What requests for the page gave. */
export interface Measured {
  /** Every status that occurred. */
  readonly statuses: readonly number[];
  readonly shares: Shares;
}

/** Counts answers of the page. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #statuses = new Set<number>();
  #requests = 0;

  /** Adds one answer. @param body - the text of the answer, read only if the status is 200 */
  add(status: number, body: string): void {
    this.#requests += 1;
    this.#statuses.add(status);
    this.#count(status === 200 ? 'page' : 'page fails');
    if (status !== 200) return;
    const { details, reviews } = JSON.parse(body) as Page;
    if (fails(details)) this.#count('details fails');
    if (fails(reviews)) {
      this.#count('reviews fails');
      return;
    }
    this.#count(`reviews ${reviews.version}`);
    this.#count(`reviews ${reviews.version} from ${reviews.cluster}`);
    if (reviews.ratings !== undefined && fails(reviews.ratings)) this.#count('ratings fails');
  }

  get measured(): Measured {
    return { statuses: [...this.#statuses].toSorted(), shares: this.#shares() };
  }

  #shares(): Shares {
    return Object.fromEntries(
      this.#counts.entries().map(([name, count]) => [name, count / this.#requests]),
    );
  }

  #count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

function fails(part: Part<object>): part is { readonly error: string } {
  return 'error' in part;
}

/** Compares the shares of all names, in alphabetical order. */
export function compare(wanted: Shares, measured: Shares): readonly Row[] {
  const names = new Set([...Object.keys(wanted), ...Object.keys(measured)]);
  return [...names].toSorted().map((name) => ({
    name,
    wanted: wanted[name] ?? 0,
    measured: measured[name] ?? 0,
  }));
}

/** Returns the difference of a row in points. */
export function pointsOf({ wanted, measured }: Row): number {
  return Math.abs(wanted - measured) * 100;
}

/** Returns a comparison as a table. @param source - heading of the wanted shares */
export function tableOf(title: string, source: string, rows: readonly Row[]): string {
  const cell = (text: string, width: number): string => text.padStart(width);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const lines = rows.map((row) =>
    [
      `  ${row.name.padEnd(28)}`,
      cell(percent(row.wanted), 10),
      cell(percent(row.measured), 10),
      cell(pointsOf(row).toFixed(1), 8),
    ].join(' '),
  );
  const head = `${title.padEnd(30)} ${cell(source, 10)} ${cell('measured', 10)} ${cell('points', 8)}`;
  return [head, ...lines].join('\n');
}
