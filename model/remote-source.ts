/** What templates take from the network, and the entries of `regatta.lock` that say what it is. */
import type { FileMap } from './files.ts';

/** Something that is fetched as a whole. Plain data. */
export type RemoteSource =
  /** A packaged chart, of a repository with an index or of an OCI registry (`oci://…`). */
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

/** How `regatta.lock` and diagnostics name a source. */
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

/** Digests, `sha256:…`, by `remoteKey`. */
export type SourceLock = ReadonlyMap<string, string>;

/** Fetched files stand among those of the repository, below this folder, which is on no disk. */
const fetchedRoot = '.fetched';

/** The folder of a fetched source among the repository's files; another content has another one. */
export function fetchedFolder(source: RemoteSource, digest: string): string {
  const words = remoteKey(source).split(/[^\w.-]+/);
  const title = words.slice(-2).join('-').replace(/^\.+/, '');
  return `${fetchedRoot}/${title}-${digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/** The folder of the source that a fetched file or folder is of; undefined of the repository's own. */
export function fetchedFolderOf(path: string): string | undefined {
  const [root, folder] = path.split('/');
  return root === fetchedRoot && folder !== undefined ? `${root}/${folder}` : undefined;
}

/** What came of fetching a source. */
export type FetchResult =
  /** Paths are below the source's folder. */
  { readonly type: 'fetched'; readonly digest: string; readonly files: FileMap } | FetchFault;

export type FetchFault =
  /** It is not what the lock says, but this. */
  | { readonly type: 'changed'; readonly digest: string }
  /** It is what the lock says, in the format of an earlier Regatta. */
  | { readonly type: 'former-format' }
  /** Completes "cannot be fetched: …"; without credentials. */
  | { readonly type: 'failed'; readonly message: string };

/** By `remoteKey`. */
export type FetchFaults = ReadonlyMap<string, FetchFault>;
