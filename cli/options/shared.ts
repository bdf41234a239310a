/** Options that several commands have, in the same words. */
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
