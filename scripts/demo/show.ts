/** Prints the demo: steps with their times, indented output, and a check mark for each passed check. */

const started = performance.now();
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);

export function say(text: string): void {
  console.log(text);
}

/** Prints the title of a step, with the time since the start of the demo. */
export function step(title: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`\n${paint(1, `== ${title}`)} ${paint(2, `(${seconds} s)`)}`);
}

/** Prints a check that passed. */
export function held(what: string): void {
  console.log(`${paint(32, '✔')} ${what}`);
}

/** Prints a line of another program's output. */
export function quote(line: string): void {
  console.log(paint(2, `   | ${line}`));
}

/** Prints rows in columns, like kubectl. */
export function showTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    console.log(
      `   ${row
        .map((cell, column) => cell.padEnd((widths[column] ?? 0) + 3))
        .join('')
        .trimEnd()}`,
    );
  }
}

/**
 * Calls `probe` every 50 ms until it returns a value other than undefined.
 *
 * @throws Error that names `what` after `timeoutMs`, or as soon as `gone` returns a reason
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  { timeoutMs = 20_000, gone }: { timeoutMs?: number; gone?: () => string | undefined } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const found = await probe();
    if (found !== undefined) return found;
    const reason = gone?.();
    if (reason !== undefined) throw new Error(`${what}: ${reason}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
}
