/**
 * `npm run test:karmada-cases -- DIR`: runs every case below DIR with `regatta compile --profile karmada
 * --partial`. Prints the first difference of each failing case, and finally `agree N of M`.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '#model/error.ts';
import { firstDifference } from '#test/karmada/compare.ts';
import { compileByCommand } from '#test/karmada/compile-case.ts';
import { readCaseFolder } from '#test/karmada/karmada-case.ts';

/** Number of concurrent processes. */
const parallel = 2;

const [directory] = process.argv.slice(2);
if (directory === undefined || !existsSync(directory)) {
  console.error('usage: npm run test:karmada-cases -- DIR');
  process.exit(2);
}
const names = readdirSync(directory)
  .filter((name) => existsSync(join(directory, name, 'expected.json')))
  .toSorted();
const differences = new Map<string, string | undefined>();
const waiting = names.values();
await Promise.all(Array.from({ length: parallel }, work));

for (const name of names) {
  const difference = differences.get(name);
  if (difference !== undefined) console.log(`${name}: ${difference}`);
}
const agreeing = names.filter((name) => differences.get(name) === undefined).length;
console.log(`agree ${agreeing} of ${names.length}`);
process.exitCode = agreeing === names.length && names.length > 0 ? 0 : 1;

async function work(): Promise<void> {
  for (const name of waiting) differences.set(name, await differenceOf(name));
}

async function differenceOf(name: string): Promise<string | undefined> {
  try {
    const given = readCaseFolder(join(directory ?? '', name));
    const difference = firstDifference(given.expected, await compileByCommand(given));
    return difference && `${given.title}: ${difference}`;
  } catch (error) {
    return errorMessage(error);
  }
}
