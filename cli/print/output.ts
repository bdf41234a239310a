/**
 * The only way to standard output and standard error. Each function hides the values that the process has
 * opened, and escapes the characters that command a terminal, because names, messages and values come from
 * repositories and API servers.
 */
import { inspect } from 'node:util';
import { isIdleConnection } from '#io/kubernetes/idle-connections.ts';
import { redactor } from '#io/redactor.ts';
import { inert, printable, printableText } from '#model/printable.ts';

/** Prints each line on standard output. A line break inside a line is printed as an escape. */
export function printLines(lines: Iterable<string>): void {
  write(process.stdout, lines);
}

/** Prints each line on standard error. A line break inside a line is printed as an escape. */
export function printErrors(lines: Iterable<string>): void {
  write(process.stderr, lines);
}

function write(stream: NodeJS.WriteStream, lines: Iterable<string>): void {
  const text = Array.from(lines, (line) => `${lineOf(line)}\n`).join('');
  if (text !== '') stream.write(text);
}

/** Returns the printed form of a line. */
export function lineOf(line: string): string {
  return inert(printable(redactor.redact(line)));
}

/** Prints a value as indented JSON on standard output. */
export function printJson(value: unknown): void {
  printDocument(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints a document in a format of its own on standard output, whose values hold no raw line breaks. */
export function printDocument(text: string): void {
  process.stdout.write(printableText(redactor.redact(text)));
}

/** Calls a function when everything that was printed on standard output has been written. */
export function afterOutput(done: () => void): void {
  process.stdout.write('', done);
}

/** Prints an error that nothing expected, with its stack and its causes. */
export function printCrash(error: unknown): void {
  printErrors(inspect(error).split('\n'));
}

/** Prints an uncaught error like all other output and ends the process with status 1. */
export function exitOnCrash(): void {
  process.on('uncaughtException', (error) => {
    if (isIdleConnection(error)) return;
    printCrash(error);
    process.exit(1);
  });
}
