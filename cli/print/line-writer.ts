/** Lines that come within so many milliseconds are printed together. */
const togetherMs = 20;

export interface Printing {
  print(lines: readonly string[]): void;
  /** Prints what waits. */
  flush(): void;
}

/**
 * Prints lines on stdout, some at a time: writing to a pipe wakes who reads it, and to do that for each
 * line costs as much as what the lines tell of.
 */
export function linesTo(out: Pick<NodeJS.WriteStream, 'write'>): Printing {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting !== '') out.write(waiting);
    waiting = '';
  };
  const print = (lines: readonly string[]) => {
    for (const line of lines) waiting += `${line}\n`;
    timer ??= setTimeout(flush, togetherMs);
  };
  return { print, flush };
}
