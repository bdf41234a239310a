import { hash } from 'node:crypto';

/** Files by their path in the fleet repository, with `/` between folders. */
export type FileMap = ReadonlyMap<string, FileContent>;

/** The text of a file (a byte order mark is left out), or why there is none. */
export type FileContent = string | Unreadable;

export interface Unreadable {
  /** Completes "cannot be read: …". */
  readonly reason: string;
  /** What it holds, where that is no text. */
  readonly base64?: string;
  /** Whether it is a symbolic link that leads out of the repository. The reason then stands alone. */
  readonly outside?: true;
}

/** What is below the output folders. Of what compile wrote, the digest may be all that is known. */
export type OutputMap = ReadonlyMap<string, FileContent | Written>;

/** What is below the output folders before a compile writes there. */
export interface Existing {
  /** Rendered files that are as an earlier compile left them. */
  readonly intact: readonly SharedFile[];
  /** Every other file. */
  readonly others: OutputMap;
}

/** A rendered file that some clusters have alike. */
export interface SharedFile extends Written {
  /** Below the cluster's directory. */
  readonly path: string;
  readonly clusters: readonly string[];
}

/** The paths of a shared file, below the folder that has the clusters' directories. */
export function pathsOf(
  root: string,
  { path, clusters }: Pick<SharedFile, 'path' | 'clusters'>,
): readonly string[] {
  return clusters.map((cluster) => `${root}/${cluster}/${path}`);
}

/** Finds the one of some files that has the same path, content and clusters as a given one. */
export function indexShared<T extends SharedFile>(
  files: readonly T[],
): (wanted: SharedFile) => T | undefined {
  // No cluster has two files at one path: the first cluster tells them apart.
  const nameOf = ({ path, clusters, digest }: SharedFile) => `${digest} ${clusters[0]} ${path}`;
  const byName = new Map(files.map((file) => [nameOf(file), file]));
  return (wanted) => {
    const found = byName.get(nameOf(wanted));
    return found !== undefined && haveSameItems(found.clusters, wanted.clusters)
      ? found
      : undefined;
  };
}

function haveSameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** A file as it is to be. */
export interface Text extends Written {
  readonly text: string;
}

/** A text with its digest, for what is compared or written more than once. */
export function textOf(text: string): Text {
  return { text, digest: digestOf(text) };
}

/** A file as compile wrote it. */
export interface Written {
  readonly digest: string;
}

/** Tells contents apart: the same digest, the same content. */
export function digestOf(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64url');
}
