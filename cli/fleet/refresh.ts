import { filesOf, type ImportedDocument } from '#compiler/import/import.ts';
import {
  goneSteps,
  importRecord,
  locateConflicts,
  type RefreshStep,
  refresh,
  refreshedFiles,
} from '#compiler/import/refresh.ts';
import { indexDocuments } from '#compiler/import/repository-document.ts';
import type { SourceFile } from '#compiler/read/sources.ts';
import { changeFiles, readOwnFiles } from '#io/files/files.ts';
import type { Report } from '#model/diagnostic.ts';
import { sourceRoots } from '#model/fleet.ts';
import type { ObjectKey } from '#model/object.ts';
import { isSourceFile, readSettings } from './read.ts';

export interface Refreshed {
  readonly steps: readonly RefreshStep[];
  /** The number of files written, without the record of the import. */
  readonly files: number;
}

/**
 * Merges an import into the repository of an earlier one. Returns undefined if it reported a fault of the
 * repository: then it wrote nothing.
 *
 * @throws Error when the disk fails
 */
export async function refreshFleet(
  documents: readonly ImportedDocument[],
  out: string,
  report: Report,
): Promise<Refreshed | undefined> {
  let isFaulty = false;
  const noted: Report = (diagnostic) => {
    isFaulty ||= diagnostic.severity === 'error';
    report(diagnostic);
  };
  const settings = readSettings(out);
  const own = readTexts(out, [...new Set([...sourceRoots(settings), settings.bindings])]);
  const repository = indexDocuments(own, noted);
  const record = readTexts(out, [importRecord]);
  const recorded = indexDocuments(record, noted);
  if (isFaulty) return undefined;
  const previous = new Map(
    [...recorded].map(([key, { text = '' }]): [ObjectKey, string] => [key, text]),
  );
  const state = { previous, repository };
  const steps = [...refresh(documents, state), ...goneSteps(documents, state)];
  const files = refreshedFiles(steps, new Map(own.map(({ file, text }) => [file, text])));
  await changeFiles(out, { write: new Map([...files, ...recordOf(documents)]), remove: [] });
  return { steps: locateConflicts(steps, files), files: files.size };
}

/** Returns the files that record an import: a copy of its objects without Secrets, which people may seal later. */
export function recordOf(documents: readonly ImportedDocument[]): ReadonlyMap<string, string> {
  const files = filesOf(documents.filter(({ isSecret }) => !isSecret));
  return new Map([...files].map(([file, text]) => [`${importRecord}/${file}`, text]));
}

function readTexts(out: string, folders: readonly string[]): readonly SourceFile[] {
  return [...readOwnFiles(out, folders)].flatMap(([file, text]) =>
    typeof text === 'string' && isSourceFile(file) ? [{ file, text }] : [],
  );
}
