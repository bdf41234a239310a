/**
 * Measures the floor: writes the files of one folder to another one in a plain loop, with the bytes
 * already in memory. Prints the milliseconds of the loop. Usage: node bench/floor.ts FROM TO
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [from = '', to = ''] = process.argv.slice(2);
const files = readdirSync(from, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return { target: join(to, path.slice(from.length)), bytes: readFileSync(path) };
  });

const begun = performance.now();
let folder = '';
for (const { target, bytes } of files) {
  if (dirname(target) !== folder) {
    folder = dirname(target);
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(target, bytes);
}
console.log(performance.now() - begun);
