import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  filesOf,
  type Import,
  type ImportOptions,
  importObjects,
} from '#compiler/import/import.ts';
import { importRecord, type RefreshStep } from '#compiler/import/refresh.ts';
import { withExtents } from '#compiler/parse/extents.ts';
import type { SourceFile } from '#compiler/read/sources.ts';
import { changeFiles, isDirectory } from '#io/files/files.ts';
import { occupiedPaths } from '#io/files/occupied.ts';
import type { Diagnostic, Report } from '#model/diagnostic.ts';
import { errorMessage } from '#model/error.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { newFleetFile } from './fleet-file.ts';
import { recordOf, refreshFleet } from './refresh.ts';

export type ImportResult =
  | { readonly type: 'written'; readonly imported: Import; readonly files: number }
  | {
      readonly type: 'refreshed';
      readonly imported: Import;
      readonly steps: readonly RefreshStep[];
      readonly files: number;
    }
  /** `import` wrote nothing, because of faults in the exports or paths that exist already. */
  | {
      readonly type: 'refused';
      readonly diagnostics: readonly Diagnostic[];
      readonly taken: readonly string[];
    };

/**
 * Writes the fleet repository that exported objects make. In a directory with the record of an earlier import,
 * merges what changed since then. A fault, or in another directory an existing file at one of the paths, leaves the
 * directory unchanged.
 *
 * @param files - paths; `-` is the standard input
 * @throws Error when a file cannot be read
 */
export async function importFiles(
  files: readonly string[],
  out: string,
  options: ImportOptions,
): Promise<ImportResult> {
  const diagnostics: Diagnostic[] = [];
  const exports = await Promise.all(files.map(readExport));
  const report: Report = (diagnostic) => diagnostics.push(diagnostic);
  const imported = importObjects(exports, options, report);
  const refused = (taken: readonly string[] = []): ImportResult => {
    const texts = new Map(exports.map(({ file, text }) => [file, text]));
    return { type: 'refused', diagnostics: withExtents(diagnostics, texts), taken };
  };
  if (diagnostics.length > 0) return refused();
  if (isDirectory(`${out}/${importRecord}`)) {
    const refreshed = await refreshFleet(imported.documents, out, report);
    return refreshed === undefined ? refused() : { type: 'refreshed', imported, ...refreshed };
  }
  const { documents } = imported;
  const [sources, record] = [filesOf(documents), recordOf(documents)];
  const write = new Map([...sources, ...record, ...fleetFileFor(out)]);
  const taken = occupiedPaths(out, write.keys());
  if (taken.length > 0) return refused(taken);
  await changeFiles(out, { write, remove: [] });
  return { type: 'written', imported, files: write.size - record.size };
}

async function readExport(file: string): Promise<SourceFile> {
  try {
    if (file === '-') return { file: 'standard input', text: await text(process.stdin) };
    return { file, text: await readFile(file, 'utf8') };
  } catch (error) {
    throw new Error(`cannot import ${file}: ${errorMessage(error)}`);
  }
}

/** Returns regatta.yaml with an id for the new fleet, unless the directory has the file. */
function fleetFileFor(out: string): ReadonlyMap<string, string> {
  if (occupiedPaths(out, [fleetFile]).length > 0) return new Map();
  return new Map([[fleetFile, newFleetFile()]]);
}
