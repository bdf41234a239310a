import { type KubeObject, keyOf } from '#model/object.ts';
import { acknowledgedFile, isManifest } from '#model/rendered.ts';
import { type ChangedFile, changedFiles, type Snapshot } from '#model/snapshot.ts';
import type { Hunk } from './review.ts';

/**
 * Parses a rendered file as the syncer does.
 *
 * @throws Error if the syncer would refuse the file
 */
export type ParseManifest = (text: string) => readonly KubeObject[];

/** Two snapshots with one entry for each object of the files in which they differ. */
export interface Manifests {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Objects by the content keys of the snapshots. */
  readonly objects: ReadonlyMap<string, KubeObject>;
  /** Files of the later snapshot that the syncer refuses, with the reason. */
  readonly refused: readonly (ChangedFile & { readonly reason: string })[];
}

/**
 * Divides the files in which two snapshots differ into their objects. Compile writes one object into
 * each file, but the syncer applies all objects of a file. Leaves out files that the syncer does not read.
 *
 * @param textOf - returns the text of a content key
 */
export function manifestsOf(
  before: Snapshot,
  after: Snapshot,
  textOf: (content: string) => string,
  parse: ParseManifest,
): Manifests {
  const sides = { before: new Map(before.files), after: new Map(after.files) };
  const objects = new Map<string, KubeObject>();
  const refused: (ChangedFile & { readonly reason: string })[] = [];
  const readOnce = manifestReader(textOf, parse);
  for (const file of changedFiles(before, after)) {
    const full = `${file.cluster}/${file.path}`;
    const read = (id: string | undefined) =>
      id === undefined || !isManifest(file.path) ? [] : readOnce(id);
    const [old, now] = [read(file.before), read(file.after)];
    if (typeof now === 'string') refused.push({ ...file, reason: now });
    // An object that replaces another one at its path is not a change of that object.
    const [first] = [old, now].flatMap(listOf);
    const divide = (files: Map<string, string>, id: string | undefined, read: Read) => {
      files.delete(full);
      for (const [key, content, object] of entriesOf(listOf(read), { id, first })) {
        files.set(`${full}${key}`, content);
        objects.set(content, object);
      }
    };
    divide(sides.before, file.before, old);
    divide(sides.after, file.after, now);
  }
  return {
    before: { ...before, files: sides.before },
    after: { ...after, files: sides.after },
    objects,
    refused,
  };
}

/** Returns a function that reads each content only once, because clusters share most contents. */
function manifestReader(
  textOf: (content: string) => string,
  parse: ParseManifest,
): (content: string) => Read {
  const known = new Map<string, Read>();
  return (content) => {
    const read = known.get(content) ?? readManifest(textOf(content), parse);
    known.set(content, read);
    return read;
  };
}

/** Returns a suffix for the path, a content key and the object for each object of a file. */
function entriesOf(
  objects: readonly KubeObject[],
  { id, first }: { readonly id: string | undefined; readonly first: KubeObject | undefined },
): readonly (readonly [string, string, KubeObject])[] {
  return objects.map((object, index) => {
    const isFirst = first !== undefined && keyOf(first) === keyOf(object);
    const content = objects.length === 1 ? `${id}` : `${id}#${index}`;
    return [isFirst ? '' : `#${keyOf(object)}`, content, object];
  });
}

/** The objects of a file, or why the syncer refuses it. */
type Read = readonly KubeObject[] | string;

function listOf(read: Read): readonly KubeObject[] {
  return typeof read === 'string' ? [] : read;
}

function readManifest(text: string, parse: ParseManifest): Read {
  try {
    return parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Returns the path of the file that an entry of `manifestsOf` comes from. */
export function fileOf(path: string): string {
  return path.replace(/(\.(?:ya?ml|json))#.*$/s, '$1');
}

/** Returns a hunk for each file that the syncer refuses, or that lifts its budget without an acknowledgement. */
export function fileHunks(files: readonly (ChangedFile & { readonly reason: string })[]): Hunk[] {
  const alike = Map.groupBy(files, ({ path, before, after, reason }) =>
    JSON.stringify([path, before === undefined, after, reason]),
  );
  return [...alike.values()].flatMap((group) => {
    const clusters = group.map(({ cluster }) => cluster);
    return group.slice(0, 1).map(
      ({ path, before, reason }): Hunk => ({
        type: before === undefined ? 'added' : 'changed',
        file: path,
        objects: [],
        clusters,
        from: [],
        fields: [],
        causes: [],
        risks: [{ code: 'unsourced', message: `${path}: ${reason}` }],
      }),
    );
  });
}

/** Returns the files that lift the syncer's budget, where two snapshots differ and the later one has them. */
export function acknowledgedChanges(base: Snapshot, head: Snapshot): readonly ChangedFile[] {
  const files: ChangedFile[] = [];
  for (const [full, after] of head.files) {
    const cluster = full.slice(0, full.indexOf('/'));
    if (full !== `${cluster}/${acknowledgedFile}`) continue;
    const before = base.files.get(full);
    if (before !== after) files.push({ cluster, path: acknowledgedFile, before, after });
  }
  return files;
}
