import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Import, importObjects } from '#compiler/import/import.ts';
import { changeFiles } from '#io/files/files.ts';
import { occupiedPaths } from '#io/files/occupied.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { count, formatDiagnostics } from '../print/compile.ts';

/**
 * Writes the fleet repository that exported objects make, and says what became of each. Whether it
 * did: an export with a fault, or a file in the way, leaves the directory as it was.
 *
 * @param files - paths; `-` is the standard input
 * @throws Error when a file cannot be read
 */
export async function importFiles(files: readonly string[], out: string): Promise<boolean> {
  const diagnostics: Diagnostic[] = [];
  const exports = await Promise.all(
    files.map(async (file) => ({
      file: file === '-' ? 'standard input' : file,
      text: file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'),
    })),
  );
  const imported = importObjects(exports, (diagnostic) => diagnostics.push(diagnostic));
  for (const line of formatDiagnostics(diagnostics, 'nothing was written')) console.error(line);
  if (diagnostics.length > 0) return false;
  const inTheWay = occupiedPaths(out, imported.files.keys());
  for (const file of inTheWay) console.error(`${join(out, file)} is there already`);
  if (inTheWay.length > 0) return false;
  await changeFiles(out, { write: imported.files, remove: [] });
  for (const line of report(imported, out)) console.log(line);
  return true;
}

function report({ files, leftOut, secrets }: Import, out: string): readonly string[] {
  return [
    ...leftOut.map(({ object, reason }) => `left out   ${object}: ${reason}`),
    ...secrets.map((secret) => `warning    ${secret} is now in a file, in plain text`),
    `${count(files.size, 'file')} written to ${out}: next, regatta compile ${out}`,
  ];
}
