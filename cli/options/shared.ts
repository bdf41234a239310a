/** Options that several commands share. */
import { readFileSync } from 'node:fs';
import { Option } from 'commander';

export function profileOption(): Option {
  return new Option('--profile <name>', 'whose decisions: regatta, or karmada to the letter')
    .choices(['regatta', 'karmada'])
    .default('regatta');
}

/** @param what - that is printed: `what to print` */
export function outputOption(what: string): Option {
  return new Option('-o, --output <format>', what).choices(['text', 'json']).default('text');
}

/** Returns the trimmed content of a file that an option names. @throws Error when the file cannot be read or is empty */
export function readSecret(file: string): string {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret === '') throw new Error(`${file} is empty`);
  return secret;
}
