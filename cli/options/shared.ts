/** Options that several commands share. */
import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { redactor } from '#io/redactor.ts';

export function profileOption(): Option {
  return new Option(
    '--profile <name>',
    'decision profile: regatta, or karmada for exact Karmada behaviour',
  )
    .choices(['regatta', 'karmada'])
    .default('regatta');
}

/** Returns the option `--output`, which selects text or JSON. */
export function outputOption(description: string): Option {
  return new Option('-o, --output <format>', description).choices(['text', 'json']).default('text');
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
