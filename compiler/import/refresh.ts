/**
 * Decides how a further import changes a fleet repository: a three-way merge of each object, whose base is the
 * previous import.
 */
import type { ObjectKey } from '#model/object.ts';
import { headerOf, type ImportedDocument } from './import.ts';
import { mergeLines } from './merge-lines.ts';
import type { RepositoryDocument } from './repository-document.ts';

/** The step of a refresh for one object. */
export interface RefreshStep {
  readonly type: 'added' | 'updated' | 'merged' | 'kept' | 'gone' | 'conflict';
  readonly object: string;
  /** The file of the object, in the repository or for a conflict without one in the record of imports. */
  readonly file: string;
  /** 1-based line; for `merged` and `conflict` with a text, that of the object before the merge. */
  readonly line: number;
  readonly reason: string;
  /** The new text of the object; absent if its file stays unchanged. */
  readonly edit?: DocumentEdit;
}

interface DocumentEdit {
  /** The document to replace; undefined for a new one. */
  readonly place: RepositoryDocument | undefined;
  readonly text: string;
  /** The text before the document if its file is new. */
  readonly header?: string;
}

export interface RefreshState {
  /** The texts of the previous import; without Secrets, of which an import keeps no copy. */
  readonly previous: ReadonlyMap<ObjectKey, string>;
  readonly repository: ReadonlyMap<ObjectKey, RepositoryDocument>;
}

/** The folder with a copy of what was imported last, which compile does not read. */
export const importRecord = '.regatta/import';

/** Returns the steps of an import into a repository that an earlier import made, in the order of its documents. */
export function refresh(
  documents: readonly ImportedDocument[],
  state: RefreshState,
): readonly RefreshStep[] {
  return documents.flatMap((document) => {
    const step = stepFor(document, state);
    return step === undefined ? [] : [step];
  });
}

/** Returns the objects of the previous import that are in the repository but not in the new export. */
export function goneSteps(
  documents: readonly ImportedDocument[],
  { previous, repository }: RefreshState,
): readonly RefreshStep[] {
  const keys = new Set(documents.map(({ key }) => key));
  return [...previous.keys()].flatMap((key) => {
    const place = repository.get(key);
    if (place === undefined || keys.has(key)) return [];
    const [, kind = '', namespace, name = ''] = key.split('/');
    const object = `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
    const reason = 'the export does not contain it; remove it here if Karmada no longer has it';
    return [{ type: 'gone', object, file: place.file, line: place.line, reason }];
  });
}

function stepFor(
  document: ImportedDocument,
  { previous, repository }: RefreshState,
): RefreshStep | undefined {
  const { key, object, file, text, isSecret, folder } = document;
  const base = previous.get(key);
  const place = repository.get(key);
  if (base === text || place?.text === text) return undefined;
  if (place === undefined) {
    if (base === undefined) {
      const edit = { place, text, header: headerOf(folder) };
      return { type: 'added', object, file, line: 1, reason: '', edit };
    }
    const reason = 'the repository has removed it, and Karmada has changed it';
    return { type: 'conflict', object, file: `${importRecord}/${file}`, line: 1, reason };
  }
  const at = { object, file: place.file, line: place.line };
  if (isSecret) {
    const reason = 'it differs from the export; compare them by hand, because import keeps no copy';
    return { type: 'kept', ...at, reason };
  }
  // Compile writes the bindings. While Karmada runs, its decisions count.
  if (folder === 'bindings' || place.text === base) {
    return { type: 'updated', ...at, reason: '', edit: { place, text } };
  }
  if (place.text === undefined) {
    const reason = `it is an item of a list, or JSON; its new version is in ${importRecord}/${file}`;
    return { type: 'conflict', ...at, reason };
  }
  return merge(document, base ?? '', place.text, place);
}

function merge(
  { object, text }: ImportedDocument,
  base: string,
  ours: string,
  place: RepositoryDocument,
): RefreshStep {
  const [theirLines, baseLines, ourLines] = [text, base, ours].map(linesOf) as [
    Lines,
    Lines,
    Lines,
  ];
  const { lines, conflicts } = mergeLines(baseLines, ourLines, theirLines, {
    ours: repositorySide(object),
    base: 'previous import',
    theirs: 'Karmada',
  });
  const at = { object, file: place.file, line: place.line };
  const edit = { place, text: lines.map((line) => `${line}\n`).join('') };
  if (conflicts === 0) return { type: 'merged', ...at, reason: '', edit };
  return { type: 'conflict', ...at, reason: conflictReason, edit };
}

/** Why an object whose file has conflict markers is a conflict. */
const conflictReason = 'the repository and Karmada have changed the same lines';

type Lines = readonly string[];

function linesOf(text: string): Lines {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Returns the steps with one conflict for each that a merge marked in a file, at its line there. */
export function locateConflicts(
  steps: readonly RefreshStep[],
  files: ReadonlyMap<string, string>,
): readonly RefreshStep[] {
  return steps.flatMap((step) => {
    if (step.type !== 'conflict' || step.edit === undefined) return [step];
    const lines = (files.get(step.file) ?? '').split('\n');
    const marker = markerOf(step.object);
    return lines.flatMap((line, index) => (line === marker ? [{ ...step, line: index + 1 }] : []));
  });
}

function markerOf(object: string): string {
  return `<<<<<<< ${repositorySide(object)}`;
}

function repositorySide(object: string): string {
  return `repository: ${object}`;
}

/**
 * Returns the files that the steps change: texts by path.
 *
 * @param existing - the texts of the repository's files by path
 */
export function refreshedFiles(
  steps: readonly RefreshStep[],
  existing: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const edits = steps.flatMap(({ file, edit }) => (edit === undefined ? [] : [{ file, edit }]));
  const byFile = Map.groupBy(edits, ({ file }) => file);
  return new Map(
    [...byFile].map(([file, own]) => {
      const replaced = own
        .flatMap(({ edit: { place, text } }) => (place === undefined ? [] : [{ place, text }]))
        .toSorted((a, b) => b.place.start - a.place.start)
        .reduce(
          (whole, { place: { start, end }, text }) =>
            `${whole.slice(0, start)}${text}${whole.slice(end)}`,
          existing.get(file) ?? '',
        );
      const added = own.filter(({ edit }) => edit.place === undefined);
      const header = existing.has(file) ? '' : (added[0]?.edit.header ?? '');
      const parts = [ended(replaced), ...added.map(({ edit }) => edit.text)];
      return [file, `${header}${parts.filter((part) => part !== '').join('---\n')}`];
    }),
  );
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
