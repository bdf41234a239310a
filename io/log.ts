import { destination, pino } from 'pino';
import { printableText } from '#model/printable.ts';
import type { Log } from '#syncer/ports/machine.ts';
import { redactor } from './redactor.ts';

/** Opens a log of JSON lines on stderr, without the values that the redactor hides. Writes are synchronous, so that no line is lost when the process is killed. */
export function openLog(level: string): Log {
  const stderr = destination({ fd: 2, sync: true });
  return pino(
    { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    { write: (line) => stderr.write(printableText(redactor.redact(line))) },
  );
}
