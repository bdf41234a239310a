/** Follows the symbolic links of a repository or an archive, as long as they stay inside it. */
import type { Unreadable } from '#model/files.ts';
import { isAtOrBelow, parentOf } from '#model/folder.ts';

/** The type of a node in a tree. */
export type NodeKind = 'file' | 'folder' | 'link' | 'other';

/** Files in folders. Paths have `/` between their parts; '' is the top folder. */
export interface Tree {
  /** Returns the kind of the node at a path whose folders are not links, or undefined if the path does not exist. */
  kindOf(path: string): NodeKind | undefined;
  /** Returns a link's target, as the link states it. */
  targetOf(link: string): string;
  list(folder: string): Iterable<{ readonly name: string; readonly kind: NodeKind }>;
}

/** The node that a path leads to, by a path without links. */
interface FoundNode {
  readonly type: 'found';
  readonly path: string;
  readonly kind: Exclude<NodeKind, 'link'>;
}

type Resolved =
  | FoundNode
  | { readonly type: 'absent' }
  | { readonly type: 'refused'; readonly unreadable: Unreadable };

/** Maximum number of links on one path. */
const maxLinks = 16;

/** Maximum number of files and folders reached through links, because nested links can multiply them. */
const maxLinked = 20_000;

/** Returns the node that a path leads to. */
function resolveLinks(tree: Tree, path: string): Resolved {
  return new Resolution(tree, path).run();
}

/** Follows one path, part by part. */
class Resolution {
  readonly #tree: Tree;
  /** The parts that remain to be followed; the next one is last. */
  readonly #waiting: string[];
  /** The path that the parts so far have led to. */
  #at = '';
  #kind: FoundNode['kind'] = 'folder';
  /** The first link on the path, for messages. */
  #link: string | undefined;
  #links = 0;

  constructor(tree: Tree, path: string) {
    this.#tree = tree;
    this.#waiting = partsOf(path);
  }

  run(): Resolved {
    for (let part = this.#waiting.pop(); part !== undefined; part = this.#waiting.pop()) {
      const end = this.#kind === 'folder' ? this.#follow(part) : this.#nothing();
      if (end !== undefined) return end;
    }
    return { type: 'found', path: this.#at, kind: this.#kind };
  }

  /** Follows one part of the path. Returns the result if the path ends there. */
  #follow(part: string): Resolved | undefined {
    if (part === '..') {
      if (this.#at === '') return this.#outside();
      this.#at = parentOf(this.#at);
      return undefined;
    }
    // The files of Git in .git do not belong to the repository. Some file systems ignore case.
    if (part.toLowerCase() === '.git') return this.#outside();
    const next = childOf(this.#at, part);
    const kind = this.#tree.kindOf(next);
    if (kind === undefined) return this.#nothing();
    if (kind === 'link') return this.#followLink(next);
    this.#at = next;
    this.#kind = kind;
    return undefined;
  }

  #followLink(link: string): Resolved | undefined {
    this.#link ??= link;
    this.#links++;
    if (this.#links > maxLinks) {
      return refused(`${this.#link} is a symbolic link that leads through more than 16 others`);
    }
    const target = this.#tree.targetOf(link);
    if (isAbsolute(target)) return this.#outside();
    this.#waiting.push(...partsOf(target));
    return undefined;
  }

  #nothing(): Resolved {
    if (this.#link === undefined) return { type: 'absent' };
    return refused(`${this.#link} is a symbolic link to a file that does not exist`);
  }

  #outside(): Resolved {
    if (this.#link === undefined) return { type: 'absent' };
    const reason = `${this.#link} is a symbolic link that leads out of the repository`;
    return { type: 'refused', unreadable: { reason, outside: true } };
  }
}

/** The file that a visited path leads to, or why it cannot be read. */
export type Visited = { readonly path: string; readonly isLinked: boolean } | Unreadable;

/** Visits the files at or below paths of a tree, including those that links lead to. */
export class LinkedFiles {
  readonly #tree: Tree;
  readonly #visit: (path: string, visited: Visited) => void;
  readonly #note: (link: string, folder: string) => void;
  #linked = 0;

  /** @param note - receives links to folders, each with the folder that it leads to */
  constructor(
    tree: Tree,
    visit: (path: string, visited: Visited) => void,
    note: (link: string, folder: string) => void = () => {},
  ) {
    this.#tree = tree;
    this.#visit = visit;
    this.#note = note;
  }

  /** Visits every file at or below a path, with the path by which it was reached. */
  walk(path: string): void {
    const found = resolveLinks(this.#tree, path);
    const top = path === '.' ? '' : path;
    if (found.type === 'refused') this.#visit(top, found.unreadable);
    if (found.type !== 'found') return;
    if (found.kind === 'folder' && found.path !== top) this.#note(top, found.path);
    this.#meet(top, found, found.path === top ? [] : ['']);
  }

  /** @param from - the folders of the links that led here, to detect cycles */
  #meet(path: string, { path: real, kind }: FoundNode, from: readonly string[]): void {
    const isLinked = from.length > 0;
    if (isLinked && this.#isTooMany(path)) return;
    if (kind === 'file') this.#visit(path, { path: real, isLinked });
    if (kind === 'other') this.#visit(path, { reason: 'it is not a regular file' });
    if (kind !== 'folder') return;
    for (const { name, kind } of this.#tree.list(real)) {
      const [inner, realInner] = [childOf(path, name), childOf(real, name)];
      if (kind === 'link') this.#meetLink(inner, realInner, from);
      else this.#meet(inner, { type: 'found', path: realInner, kind }, from);
    }
  }

  #meetLink(path: string, link: string, from: readonly string[]): void {
    const found = resolveLinks(this.#tree, link);
    const folders = [...from, parentOf(link)];
    if (found.type === 'refused') this.#visit(path, found.unreadable);
    if (found.type !== 'found') return;
    const isCycle = folders.some((folder) => isAtOrBelow(folder, found.path));
    if (found.kind === 'folder' && isCycle) {
      this.#visit(path, { reason: `${link} is part of a loop of symbolic links` });
    } else if (folders.length > maxLinks) {
      this.#visit(path, { reason: `${link} is a symbolic link behind more than 16 others` });
    } else {
      // The target of another link can lead to this one, too.
      if (found.kind === 'folder') for (const at of [path, link]) this.#note(at, found.path);
      this.#meet(path, found, folders);
    }
  }

  #isTooMany(path: string): boolean {
    this.#linked++;
    if (this.#linked === maxLinked + 1) {
      this.#visit(path, { reason: `symbolic links lead to more than ${maxLinked} files` });
    }
    return this.#linked > maxLinked;
  }
}

function refused(reason: string): Resolved {
  return { type: 'refused', unreadable: { reason } };
}

/** Returns the parts of a path in reverse order, without empty parts and `.`. */
function partsOf(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .reverse();
}

/** Reports whether a path is absolute: `/etc`, `C:/`, `//server`. */
function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:/.test(path);
}

function childOf(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
