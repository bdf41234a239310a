import { digestOf, type FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';

/** What the paths of a repository hold, as digests: what a build depends on. */
export class RepositoryState {
  readonly files: FileMap;
  readonly #digests = new Map<string, string>();
  #folders: ReadonlySet<string> | undefined;

  constructor(files: FileMap) {
    this.files = files;
  }

  isFolder(path: string): boolean {
    this.#folders ??= foldersOf(this.files);
    return this.#folders.has(path);
  }

  /**
   * Tells what paths hold from anything else that they could hold.
   *
   * @param paths - files, folders and what is neither; with a `/` at its end a folder with all below it
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
