/** Options that several commands share. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { redactor } from '#io/redactor.ts';
import { durationMs } from '#model/duration.ts';

export function profileOption(): Option {
  return new Option(
    '--profile <name>',
    'decision profile: regatta, or karmada for exact Karmada behaviour',
  )
    .choices(['regatta', 'karmada'])
    .default('regatta');
}

/** The formats of commands that print for people and for programs. */
export type OutputFormat = 'text' | 'json' | 'yaml';

/** Returns the option `--output`. Its first format is the default. */
export function outputOption(
  description: string,
  formats: readonly string[] = ['text', 'json', 'yaml'],
): Option {
  return new Option('-o, --output <format>', description).choices(formats).default(formats[0]);
}

/** Parses a duration, and returns milliseconds. A number without a unit is in seconds. */
export function parseDuration(text: string): number {
  const ms = durationMs(/^[\d.]+$/.test(text) ? `${text}s` : text) ?? 0;
  if (!(ms > 0)) throw new InvalidArgumentError('expected a duration such as 500ms, 15s, 5m or 1h');
  return ms;
}

/** Parses a number of MiB, and returns bytes. */
export function parseMebibytes(text: string): number {
  const bytes = Number(text) * 1024 ** 2;
  if (bytes > 0) return bytes;
  throw new InvalidArgumentError('expected a number of MiB');
}

/**
 * Returns the trimmed content of a file that an option names.
 *
 * @throws Error when the file cannot be read or is empty
 */
export function readSecret(file: string): string {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret === '') throw new Error(`${file} is empty`);
  redactor.remember(secret);
  return secret;
}
