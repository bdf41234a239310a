import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Import, importObjects } from '#compiler/import/import.ts';
import { withExtents } from '#compiler/parse/extents.ts';
import { changeFiles } from '#io/files/files.ts';
import { occupiedPaths } from '#io/files/occupied.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { errorMessage } from '#model/error.ts';
import { fleetFile } from '#model/fleet.ts';
import { newFleetFile } from './fleet-file.ts';

export type ImportResult =
  | { readonly type: 'written'; readonly imported: Import }
  /** `import` wrote nothing, because of faults in the exports or paths that exist already. */
  | {
      readonly type: 'refused';
      readonly diagnostics: readonly Diagnostic[];
      readonly taken: readonly string[];
    };

/**
 * Writes the fleet repository that exported objects make. An export with a fault, or an existing
 * file at one of its paths, leaves the directory unchanged.
 *
 * @param files - paths; `-` is the standard input
 * @throws Error when a file cannot be read
 */
export async function importFiles(files: readonly string[], out: string): Promise<ImportResult> {
  const diagnostics: Diagnostic[] = [];
  const exports = await Promise.all(
    files.map(async (file) => ({
      file: file === '-' ? 'standard input' : file,
      text: file === '-' ? await text(process.stdin) : await readExport(file),
    })),
  );
  const report = (diagnostic: Diagnostic) => diagnostics.push(diagnostic);
  const imported = withFleetFile(importObjects(exports, report), out);
  const taken = diagnostics.length > 0 ? [] : occupiedPaths(out, imported.files.keys());
  if (diagnostics.length + taken.length > 0) {
    const texts = new Map(exports.map(({ file, text }) => [file, text]));
    return { type: 'refused', diagnostics: withExtents(diagnostics, texts), taken };
  }
  await changeFiles(out, { write: imported.files, remove: [] });
  return { type: 'written', imported };
}

async function readExport(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot import ${file}: ${errorMessage(error)}`);
  }
}

/** Adds regatta.yaml with an id for the new fleet, unless the directory has the file. */
function withFleetFile(imported: Import, out: string): Import {
  if (occupiedPaths(out, [fleetFile]).length > 0) return imported;
  return { ...imported, files: new Map([...imported.files, [fleetFile, newFleetFile()]]) };
}
