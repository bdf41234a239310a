/** Prints the table of `npm run bench -- engines`. */

/** A row of the table: a task with its budget, its measured time, and the time of the native program. */
export interface Row {
  readonly work: string;
  readonly budget: string;
  readonly measured: string;
  readonly native: string;
}

export function print(rows: readonly Row[]): void {
  for (const { work, budget, measured, native } of rows) {
    console.log(`| ${work} | ${budget} | ${measured} | ${native} |`);
  }
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

export function seconds(ms: number): string {
  return ms < 100 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
