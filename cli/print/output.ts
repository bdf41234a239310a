/**
 * The only way to standard output and standard error. Each function hides the values that the process has
 * opened, and escapes the characters that command a terminal, because names, messages and values come from
 * repositories and API servers.
 */
import { constants } from 'node:os';
import { inspect } from 'node:util';
import { isIdleConnection } from '#io/kubernetes/idle-connections.ts';
import { redactor } from '#io/redactor.ts';
import { printYaml } from '#model/manifest.ts';
import { inert, printable, printableText } from '#model/printable.ts';
import { hasColours, type Paint } from './colour.ts';
import { clearProgress } from './progress.ts';

/** Prints each line on standard output. A line break inside a line is printed as an escape. */
export function printLines(lines: Iterable<string>, paint?: Paint): void {
  write(process.stdout, lines, paint);
}

/** Prints each line on standard error. A line break inside a line is printed as an escape. */
export function printErrors(lines: Iterable<string>, paint?: Paint): void {
  write(process.stderr, lines, paint);
}

function write(stream: NodeJS.WriteStream, lines: Iterable<string>, paint?: Paint): void {
  const painted = paintFor(stream, paint);
  const text = Array.from(lines, (line) => `${painted(lineOf(line))}\n`).join('');
  if (text === '') return;
  clearProgress();
  stream.write(text);
}

/** Returns the function that colours lines on a stream; they stay unchanged where the stream shows no colours. */
export function paintFor(stream: { readonly isTTY?: boolean }, paint?: Paint): Paint {
  return paint !== undefined && hasColours(stream, process.env) ? paint : (line) => line;
}

/** Returns the printed form of a line. */
export function lineOf(line: string): string {
  return inert(printable(redactor.redact(line)));
}

/**
 * Prints a value in a format for programs, on standard output.
 *
 * @param separator - the line before each document of YAML, for output of several documents
 */
export function printData(value: unknown, format: 'json' | 'yaml', separator?: string): void {
  const json = format === 'json' ? JSON.stringify(value, null, 2) : undefined;
  const yaml = separator === undefined ? '' : `${separator}\n`;
  printDocument(json === undefined ? `${yaml}${printYaml(value)}` : `${json}\n`);
}

/** Reports whether people see standard output on a terminal. */
export function isTerminal(): boolean {
  return process.stdout.isTTY === true;
}

/** Clears the terminal and prints lines from its top. */
export function redraw(lines: Iterable<string>, paint?: Paint): void {
  process.stdout.write('\u001b[H\u001b[2J');
  printLines(lines, paint);
}

/** Prints a document in a format of its own on standard output, whose values hold no raw line breaks. */
export function printDocument(text: string, paint?: Paint): void {
  const painted = paintFor(process.stdout, paint);
  clearProgress();
  process.stdout.write(printableText(redactor.redact(text)).split('\n').map(painted).join('\n'));
}

/** Calls a function when everything that was printed on standard output has been written. */
export function afterOutput(done: () => void): void {
  process.stdout.write('', done);
}

/** Prints an error that nothing expected, with its stack and its causes. */
export function printCrash(error: unknown): void {
  printErrors(inspect(error).split('\n'));
}

/**
 * Prints an uncaught error like all other output and ends the process with status 2. If the reader of standard output
 * has ended, as in `regatta status | head`, ends the process silently with the status that SIGPIPE gives.
 */
export function exitOnCrash(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(128 + constants.signals.SIGPIPE);
  });
  process.on('uncaughtException', (error) => {
    if (isIdleConnection(error)) return;
    printCrash(error);
    process.exit(2);
  });
}
