import { fleetFile } from '#model/fleet.ts';
import type { GitFile, RenderedTree } from '#syncer/ports/source.ts';
import { objectId } from './commands/command.ts';

/**
 * Reads `git ls-tree -r -t -l -z` of the rendered root; undefined when there is nothing.
 *
 * @throws Error when regatta.yaml is no ordinary file: what it sets is not guessed
 */
export function parseTree(text: string, root: string, commit: string): RenderedTree | undefined {
  const all = records(text, '\0').map(parseEntry);
  const settings = all.find(({ path }) => path === fleetFile);
  if (settings !== undefined && !isOrdinary(settings)) {
    throw new Error(`${fleetFile} is no ordinary file: nothing changes`);
  }
  const entries = all
    .filter(({ path }) => path.startsWith(`${root}/`))
    .map((entry) => ({ ...entry, path: entry.path.slice(root.length + 1) }));
  if (entries.length === 0) return undefined;
  const directories = entries.filter(({ type, path }) => type === 'tree' && !path.includes('/'));
  return {
    commit,
    clusters: new Map(directories.map(({ path, oid }) => [path, oid])),
    files: entries.filter(({ type }) => type !== 'tree').map(toFile),
    ...(settings !== undefined && { settings: settings.oid }),
  };
}

/** Whether it is neither a folder, a symbolic link (120000) nor a submodule. */
function isOrdinary({ mode }: TreeEntry): boolean {
  return mode.startsWith('100');
}

interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly oid: string;
  readonly size: number;
  readonly path: string;
}

/** One record of `git ls-tree -l -z`: `<mode> <type> <oid> <size>\t<path>`. */
function parseEntry(line: string): TreeEntry {
  const [, mode = '', type = '', oid = '', size, path = ''] = entryPattern.exec(line) ?? [];
  if (path === '') throw new Error('git ls-tree printed a record that is not complete');
  return { mode, type, oid, size: Number(size) || 0, path };
}

const entryPattern = /^(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t(.+)$/s;

/**
 * The records of a list in which each record ends with a mark.
 *
 * @throws Error when the last one does not: the list was cut
 */
export function records(text: string, mark: '\0' | '\n'): readonly string[] {
  if (text === '') return [];
  if (!text.endsWith(mark))
    throw new Error('git printed a list that is cut off in its last record');
  return text.slice(0, -1).split(mark);
}

function toFile({ mode, type, oid, size, path }: TreeEntry): GitFile {
  const kind = type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file';
  return { path, oid, size, type: kind };
}

/** The one object id that a command has printed. @throws Error when it is not whole */
export function oidIn(output: Buffer): string {
  const [oid = '', ...others] = records(output.toString('latin1'), '\n');
  if (others.length > 0) throw new Error('git printed more than one object id');
  return objectId(oid);
}

/** An object as `git cat-file --batch` prints it. */
interface BatchObject {
  readonly type: string;
  readonly content: Buffer;
}

/**
 * Reads the output of `git cat-file --batch`: `<oid> <type> <size>\n<content>\n`, repeated.
 *
 * @param oids - what git was asked for, in the order of its input
 * @throws Error unless each of them is answered with as many bytes as its size says
 */
export function parseBatch(output: Buffer, oids: readonly string[]): readonly BatchObject[] {
  const objects: BatchObject[] = [];
  let at = 0;
  for (const oid of oids) {
    const end = output.indexOf(10, at);
    const header = output.toString('latin1', at, Math.max(at, end));
    const [, name, type = '', size = ''] = /^(\w+) (\w+) (\d+)$/.exec(header) ?? [];
    if (name === undefined && header.endsWith(' missing'))
      throw new Error(`git has no object ${oid}`);
    const from = end + 1;
    const to = from + Number(size);
    if (end < 0 || name !== oid || output[to] !== 10) throw cutError(oid);
    objects.push({ type, content: output.subarray(from, to) });
    at = to + 1;
  }
  if (at !== output.length) throw new Error('git printed more than it was asked for');
  return objects;
}

/** The texts of some blobs by their ids. @throws Error as `parseBatch`, and for what is no blob */
export function parseBlobs(output: Buffer, oids: readonly string[]): ReadonlyMap<string, string> {
  const objects = parseBatch(output, oids);
  return new Map(
    objects.map(({ type, content }, index) => {
      const oid = oids[index] ?? '';
      if (type !== 'blob') throw new Error(`git has no blob ${oid}`);
      return [oid, content.toString()];
    }),
  );
}

function cutError(oid: string): Error {
  return new Error(`git did not give the whole content of object ${oid}`);
}
