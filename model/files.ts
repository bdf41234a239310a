import { hash } from 'node:crypto';

/** Files by their path in the fleet repository, with `/` between folders. */
export type FileMap = ReadonlyMap<string, FileContent>;

/** The text of a file, with its byte order mark if it has one, or why there is no text. */
export type FileContent = string | Unreadable;

/** Why a file has no text. */
export interface Unreadable {
  /** Why Regatta cannot read the file, as a clause after "cannot be read:". */
  readonly reason: string;
  /** Content of a binary file. */
  readonly base64?: string;
  /** The file is a symbolic link that leads out of the repository. The reason is then a whole message. */
  readonly outside?: true;
  /** Git has converted the file, so that it may differ from its commit. */
  readonly isConverted?: true;
}

/** Reports whether git has converted a file. */
export function isConverted(content: string | object): content is Unreadable {
  return typeof content === 'object' && 'isConverted' in content;
}

/** Symbolic links to folders of the repository: the folder that each leads to, by the path of the link. */
export type FolderLinks = ReadonlyMap<string, string>;

/** Files below the output folders. For files that compile wrote, only the digest may be known. */
export type OutputMap = ReadonlyMap<string, FileContent | Written>;

/** Files below the output folders before a compile writes there. */
export interface Existing {
  /** Rendered files that did not change since an earlier compile wrote them. */
  readonly intact: readonly SharedFile[];
  /** Every other file. */
  readonly others: OutputMap;
}

/** A rendered file that several clusters share. */
export interface SharedFile extends Written {
  /** Relative to the cluster's directory. */
  readonly path: string;
  readonly clusters: readonly string[];
}

/** Returns the paths of a shared file below `root`, the folder of the clusters' directories. */
export function pathsOf(
  root: string,
  { path, clusters }: Pick<SharedFile, 'path' | 'clusters'>,
): readonly string[] {
  return clusters.map((cluster) => `${root}/${cluster}/${path}`);
}

/** Returns a function that finds the file with the same path, content and clusters as a given one. */
export function indexShared<T extends SharedFile>(
  files: readonly T[],
): (file: SharedFile) => T | undefined {
  // The first cluster is enough as a key, because no cluster has two files at one path.
  const nameOf = ({ path, clusters, digest }: SharedFile) => `${digest} ${clusters[0]} ${path}`;
  const byName = new Map(files.map((file) => [nameOf(file), file]));
  return (file) => {
    const found = byName.get(nameOf(file));
    return found !== undefined && haveSameItems(found.clusters, file.clusters) ? found : undefined;
  };
}

function haveSameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** A text to write, with its digest. */
export interface Text extends Written {
  readonly text: string;
}

/** Adds the digest to a text, for callers that compare or write the text more than once. */
export function textOf(text: string): Text {
  return { text, digest: digestOf(text) };
}

/** The digest of a file that compile wrote. */
export interface Written {
  readonly digest: string;
}

const digests = new WeakMap<object, string>();

/** Returns the digest of plain data that never changes. Computes it once for each object. */
export function digestOfData(data: object): string {
  const digest = digests.get(data) ?? digestOf(JSON.stringify(data));
  digests.set(data, digest);
  return digest;
}

/** Returns the SHA-256 digest of a content, in base64url. */
export function digestOf(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64url');
}
