/** Remote sources of templates, and the entries of `regatta.lock` that pin them. */
import type { FileMap } from './files.ts';

/** A remote source that Regatta fetches as a whole. Plain data. */
export type RemoteSource =
  /** A packaged chart from a repository with an index, or from an OCI registry (`oci://…`). */
  | {
      readonly type: 'chart';
      readonly repository: string;
      readonly name: string;
      readonly version: string;
    }
  /** The files of a Git repository at a branch, tag or commit. */
  | { readonly type: 'git'; readonly url: string; readonly ref: string }
  /** One file of Kubernetes objects. */
  | { readonly type: 'file'; readonly url: string };

/** Returns the name of a source in `regatta.lock` and in diagnostics. */
export function remoteKey(source: RemoteSource): string {
  switch (source.type) {
    case 'chart':
      return `${source.repository.replace(/\/+$/, '')}/${source.name}:${source.version}`;
    case 'git':
      return `${source.url}?ref=${source.ref}`;
    case 'file':
      return source.url;
  }
}

/** Locked digests such as `sha256:…`, by `remoteKey`. */
export type SourceLock = ReadonlyMap<string, string>;

/** Virtual folder of fetched files among the repository's files. It does not exist on disk. */
const fetchedRoot = '.fetched';

/** Returns the virtual folder of a fetched source. Different contents have different folders. */
export function fetchedFolder(source: RemoteSource, digest: string): string {
  const words = remoteKey(source).split(/[^\w.-]+/);
  const title = words.slice(-2).join('-').replace(/^\.+/, '');
  return `${fetchedRoot}/${title}-${digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/** Returns the virtual folder that contains a fetched path; undefined if the path is the repository's own. */
export function fetchedFolderOf(path: string): string | undefined {
  const [root, folder] = path.split('/');
  return root === fetchedRoot && folder !== undefined ? `${root}/${folder}` : undefined;
}

/** Result of fetching a source. */
export type FetchResult =
  /** Paths are relative to the source's folder. */
  { readonly type: 'fetched'; readonly digest: string; readonly files: FileMap } | FetchFault;

/** Why Regatta has no content of a source. */
export type FetchFault =
  /** The fetched content, with `digest`, does not match the lock. */
  | { readonly type: 'changed'; readonly digest: string }
  /** The content matches the lock, whose digest has the format of an earlier Regatta. */
  | { readonly type: 'former-format' }
  /** The fetch failed. `message` is a clause after "cannot be fetched:" and contains no credentials. */
  | { readonly type: 'failed'; readonly message: string };

/** Faults of the sources that Regatta could not fetch, by `remoteKey`. */
export type FetchFaults = ReadonlyMap<string, FetchFault>;
