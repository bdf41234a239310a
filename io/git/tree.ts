import { fleetFile } from '#model/fleet-file.ts';
import type { GitFile, RenderedTree } from '#syncer/ports/source.ts';
import { objectId } from './commands/command.ts';

/**
 * Parses the output of `git ls-tree -r -t -l -z` for the rendered root, or for the directories of some clusters.
 * Returns undefined when the commit has no rendered root.
 *
 * @throws Error when the output is truncated, or when regatta.yaml is not a regular file: its settings
 *   would be unknown
 */
export function parseTree(output: Buffer, root: string, commit: string): RenderedTree | undefined {
  const all = records(output, '\0').map(parseEntry);
  const settings = all.find(({ path }) => path === fleetFile);
  if (settings !== undefined && !isRegularFile(settings)) {
    throw new Error(`${fleetFile} is not a regular file, so no cluster is changed`);
  }
  const entries = all
    .filter(({ path }) => path.startsWith(`${root}/`))
    .map((entry) => ({ ...entry, path: entry.path.slice(root.length + 1) }));
  const hasRoot = all.some(({ type, path }) => type === 'tree' && path === root);
  if (entries.length === 0 && !hasRoot) return undefined;
  const directories = entries.filter(({ type, path }) => type === 'tree' && !path.includes('/'));
  return {
    commit,
    root,
    clusters: new Map(directories.map(({ path, oid }) => [path, oid])),
    files: entries.filter(({ type }) => type !== 'tree').map(toFile),
    ...(settings !== undefined && { settings: settings.oid }),
  };
}

/**
 * Returns the size of all files in the output of `git ls-tree -r -t -l -z`, in bytes.
 *
 * @param except - a folder whose files do not count
 * @throws Error when the output is truncated
 */
export function totalSize(output: Buffer, except?: string): number {
  return records(output, '\0').reduce((sum, line) => {
    const { size, path } = parseEntry(line);
    return except !== undefined && path.startsWith(`${except}/`) ? sum : sum + size;
  }, 0);
}

/** Reports whether an entry is a regular file: neither a folder, a symbolic link (120000) nor a submodule. */
export function isRegularFile({ mode }: Pick<TreeEntry, 'mode'>): boolean {
  return mode.startsWith('100');
}

interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly oid: string;
  readonly size: number;
  readonly path: string;
}

/** Parses one record of `git ls-tree -l -z`: `<mode> <type> <oid> <size>\t<path>`. */
function parseEntry(line: string): TreeEntry {
  const [, mode = '', type = '', oid = '', size, path = ''] = entryPattern.exec(line) ?? [];
  if (path === '') throw new Error('git ls-tree printed an incomplete record');
  return { mode, type, oid, size: Number(size) || 0, path };
}

const entryPattern = /^(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t(.+)$/s;

/**
 * Splits a list whose records each end with a terminator. Each record is a text of its own: a part of the
 * whole output would keep all of it in memory.
 *
 * @throws Error when the last record has no terminator: the output was truncated
 */
export function records(output: Buffer, terminator: '\0' | '\n'): readonly string[] {
  const found: string[] = [];
  for (let from = 0; from < output.length; ) {
    const end = output.indexOf(terminator, from);
    if (end < 0) throw truncatedList();
    found.push(output.toString('utf8', from, end));
    from = end + 1;
  }
  return found;
}

/** A file, a symbolic link or a submodule of a commit. */
export interface Entry {
  readonly mode: string;
  readonly oid: string;
  readonly path: string;
}

/**
 * Parses the output of `git ls-tree -r -z`, entry by entry, because a fleet has tens of thousands of files. Equal ids
 * share one text.
 *
 * @param prefix - the start of all paths, which the entries omit
 * @throws Error when the output is truncated
 */
export function* listedEntries(output: Buffer, prefix: string): Generator<Entry> {
  const ids = new Map<string, string>();
  const omitted = Buffer.byteLength(prefix);
  for (let from = 0; from < output.length; ) {
    const tab = output.indexOf('\t', from);
    const end = output.indexOf('\0', from);
    if (end < 0) throw truncatedList();
    const [mode = '', , id = ''] = output.toString('latin1', from, tab).split(' ');
    const oid = ids.get(id) ?? objectId(id);
    ids.set(oid, oid);
    yield { mode, oid, path: output.toString('utf8', tab + 1 + omitted, end) };
    from = end + 1;
  }
}

function truncatedList(): Error {
  return new Error('the list that git printed is truncated');
}

function toFile({ mode, type, oid, size, path }: TreeEntry): GitFile {
  const kind = type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file';
  return { path, oid, size, type: kind };
}

/**
 * Returns the only object id in the output of a command.
 *
 * @throws Error when the output is truncated, or is not exactly one object id
 */
export function oidIn(output: Buffer): string {
  const [oid = '', ...others] = records(output, '\n');
  if (others.length > 0) throw new Error('git printed more than one object id');
  return objectId(oid);
}

/** An object as `git cat-file --batch` prints it. */
interface BatchObject {
  readonly type: string;
  readonly content: Buffer;
}

/**
 * Parses the output of `git cat-file --batch`: `<oid> <type> <size>\n<content>\n`, repeated.
 *
 * @param oids - the requested ids, in the order of the input
 * @throws Error unless the output has each object, with as many bytes as its size says
 */
export function parseBatch(output: Buffer, oids: readonly string[]): readonly BatchObject[] {
  const objects: BatchObject[] = [];
  let at = 0;
  for (const oid of oids) {
    const end = output.indexOf(10, at);
    const header = output.toString('latin1', at, Math.max(at, end));
    const [, name, type = '', size = ''] = /^(\w+) (\w+) (\d+)$/.exec(header) ?? [];
    if (name === undefined && header.endsWith(' missing'))
      throw new Error(`Git object ${oid} does not exist`);
    const from = end + 1;
    const to = from + Number(size);
    if (end < 0 || name !== oid || output[to] !== 10) throw truncated(oid);
    objects.push({ type, content: output.subarray(from, to) });
    at = to + 1;
  }
  if (at !== output.length) throw new Error('git printed more objects than were requested');
  return objects;
}

/**
 * Returns the texts of blobs, by id.
 *
 * @throws Error as `parseBatch`, and when an object is not a blob
 */
export function parseBlobs(output: Buffer, oids: readonly string[]): ReadonlyMap<string, string> {
  const objects = parseBatch(output, oids);
  return new Map(
    objects.map(({ type, content }, index) => {
      const oid = oids[index] ?? '';
      if (type !== 'blob') throw new Error(`Git object ${oid} is not a blob`);
      return [oid, content.toString()];
    }),
  );
}

function truncated(oid: string): Error {
  return new Error(`git printed object ${oid} incompletely`);
}
