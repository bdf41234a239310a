import type { Paint } from './colour.ts';
import { lineOf, paintFor } from './output.ts';

/** Lines within this interval are printed together, in milliseconds. */
const togetherMs = 20;

/** Prints lines, some of them after a short delay. */
export interface Printing {
  print(lines: readonly string[]): void;
  /** Prints the buffered lines. */
  flush(): void;
}

/**
 * Prints lines in batches. Each write to a pipe wakes the reader, which for single lines would cost as
 * much as the work that the lines report.
 */
export function linesTo(
  out: Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean },
  paint?: Paint,
): Printing {
  const painted = paintFor(out, paint);
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting !== '') out.write(waiting);
    waiting = '';
  };
  const print = (lines: readonly string[]) => {
    for (const line of lines) waiting += `${painted(lineOf(line))}\n`;
    timer ??= setTimeout(flush, togetherMs);
  };
  return { print, flush };
}
