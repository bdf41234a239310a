import { fleetFile } from '#model/fleet.ts';
import type { RenderedFile, RenderedTree } from '#syncer/ports.ts';

/** Reads `git ls-tree -r -t -l -z` of the rendered root; undefined when there is nothing. */
export function parseTree(text: string, root: string, commit: string): RenderedTree | undefined {
  const all = text
    .split('\0')
    .filter((line) => line !== '')
    .map(parseEntry);
  const settings = all.find(({ path, type }) => path === fleetFile && type === 'blob')?.oid;
  const entries = all
    .filter(({ path }) => path.startsWith(`${root}/`))
    .map((entry) => ({ ...entry, path: entry.path.slice(root.length + 1) }));
  if (entries.length === 0) return undefined;
  const directories = entries.filter(({ type, path }) => type === 'tree' && !path.includes('/'));
  return {
    commit,
    clusters: new Map(directories.map(({ path, oid }) => [path, oid])),
    files: entries.filter(({ type }) => type !== 'tree').map(toFile),
    ...(settings !== undefined && { settings }),
  };
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
  const tab = line.indexOf('\t');
  const [mode = '', type = '', oid = '', size] = line.slice(0, tab).split(/ +/);
  return { mode, type, oid, size: Number(size) || 0, path: line.slice(tab + 1) };
}

function toFile({ mode, type, oid, size, path }: TreeEntry): RenderedFile {
  const kind = type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file';
  return { path, oid, size, type: kind };
}

/** The output of `git cat-file --batch`: `<oid> blob <size>\n<content>\n`, repeated. */
export function parseBatch(output: Buffer): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    const [oid = '', type, size] = output.toString('latin1', at, end).split(' ');
    if (type !== 'blob') throw new Error(`git has no blob ${oid}`);
    texts.set(oid, output.toString('utf8', end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
  return texts;
}
