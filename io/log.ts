import { destination, pino } from 'pino';
import { inert, printable, printableText } from '#model/printable.ts';
import type { Log } from '#syncer/ports/machine.ts';
import { redactor } from './redactor.ts';

/**
 * Opens a log on stderr, without the values that the redactor hides. Writes are synchronous, so that no line is lost
 * when the process is killed.
 *
 * @param format - `text` for people at a terminal
 */
export function openLog(level: string, format: 'json' | 'text' = 'json'): Log {
  const stderr = destination({ fd: 2, sync: true });
  const lineOf = format === 'json' ? (line: string) => line : textLine;
  return pino(
    { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    { write: (line) => stderr.write(printableText(redactor.redact(lineOf(line)))) },
  );
}

/** Formats a line of the log like an event of the syncer: its time, `log`, its level, its message and its data. */
function textLine(json: string): string {
  const { level, time, msg, ...data } = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const facts = Object.entries(data).map(([name, value]) => {
    return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  const word = pino.levels.labels[Number(level)] ?? '';
  const head = `${String(time).replace(/\.\d+Z$/, 'Z')} ${'log'.padEnd(10)} ${word.padEnd(10)}`;
  return `${inert(printable([`${head} ${String(msg)}`, ...facts].join(' ')))}\n`;
}
