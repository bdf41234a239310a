import { digestOf, type FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';

/** Digests of a repository's paths, on which builds depend. */
export class RepositoryState {
  readonly files: FileMap;
  readonly #digests = new Map<string, string>();
  #folders: ReadonlySet<string> | undefined;

  constructor(files: FileMap) {
    this.files = files;
  }

  /** Reports whether a path is a folder with files below it. */
  isFolder(path: string): boolean {
    this.#folders ??= foldersOf(this.files);
    return this.#folders.has(path);
  }

  /**
   * Returns a digest of the content of some paths.
   *
   * @param paths - files, folders and missing paths; a trailing `/` covers a folder and everything below it
   */
  digestOf(paths: readonly string[]): string {
    return digestOf(JSON.stringify(paths.map((path) => [path, this.#stateOf(path)])));
  }

  #stateOf(path: string): string {
    const state = this.#digests.get(path) ?? this.#readState(path);
    this.#digests.set(path, state);
    return state;
  }

  #readState(path: string): string {
    const content = this.files.get(path);
    if (content !== undefined) return digestOf(JSON.stringify(content));
    if (path.endsWith('/')) {
      return this.digestOf([...filesBelow(this.files, [path.slice(0, -1)]).keys()]);
    }
    return this.isFolder(path) ? 'folder' : 'absent';
  }
}

function foldersOf(files: FileMap): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of files.keys()) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      folders.add(path.slice(0, end));
    }
  }
  return folders;
}
