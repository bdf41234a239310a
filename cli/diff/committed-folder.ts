import type { DesiredFiles } from '#compiler/write/plan.ts';
import { type RenderedFile, withoutText } from '#compiler/write/rendered-files.ts';
import { blobId, type GitHistory } from '#io/git/history.ts';
import {
  digestOf,
  type Existing,
  type FileContent,
  type FileMap,
  type SharedFile,
  type Text,
  type Written,
} from '#model/files.ts';
import { isGenerated } from '#model/rendered.ts';
import type { RenderedFolder } from '../fleet/compile.ts';

/** Maximum number of texts that are read together. */
const batchSize = 1000;

/** The committed rendered files of a commit, which Git knows by the ids of their contents. */
interface CommittedFiles {
  readonly commit: string;
  /** Path of the rendered root. */
  readonly root: string;
  /** Content ids by path below the root. */
  readonly files: ReadonlyMap<string, string>;
}

/** The rendered files that a compile wants. */
interface ComparedOutput {
  /** Content ids by path below the root. */
  readonly files: ReadonlyMap<string, string>;
  /** Texts that the committed files lack, by content id. */
  readonly texts: ReadonlyMap<string, string>;
}

export const noOutput: ComparedOutput = { files: new Map(), texts: new Map() };

/** Which committed files a compile wants as they are, and everything else that it wants. */
interface Comparison {
  readonly intact: readonly SharedFile[];
  /** Content ids of the other committed files, by path. */
  readonly left: ReadonlyMap<string, string>;
  /** The wanted contents, by id. */
  readonly wanted: ReadonlyMap<string, Text>;
  readonly output: ComparedOutput;
}

/** Compares the output of a compile with committed files by their ids. It reads only texts that the output lacks. */
export class CommittedFolder implements RenderedFolder {
  readonly #git: GitHistory;
  readonly #committed: CommittedFiles;
  #compared: { readonly desired: DesiredFiles; readonly existing: Promise<Existing> } | undefined;
  /** What the compile wants, once it has asked for the existing files. */
  output: ComparedOutput = noOutput;

  constructor(git: GitHistory, committed: CommittedFiles) {
    this.#git = git;
    this.#committed = committed;
  }

  existing(desired: DesiredFiles): Promise<Existing> {
    if (this.#compared?.desired === desired) return this.#compared.existing;
    const comparison = compare(this.#committed, desired.rendered);
    this.output = comparison.output;
    const existing = this.#existing(comparison);
    this.#compared = { desired, existing };
    return existing;
  }

  async #existing({ intact, left, wanted }: Comparison): Promise<Existing> {
    const known = new Map<string, FileContent | Written>(wanted);
    const unknown = new Set(left.values().filter((id) => !known.has(id)));
    for (const [id, content] of await this.#contents([...unknown])) known.set(id, content);
    const others = new Map<string, FileContent | Written>();
    for (const [path, id] of left) {
      const content = known.get(id);
      if (content !== undefined) others.set(`${this.#committed.root}/${path}`, content);
    }
    return { intact, others };
  }

  async read(paths: readonly string[]): Promise<FileMap> {
    const { root, files } = this.#committed;
    const ids = paths.flatMap((path) => {
      const id = path.startsWith(`${root}/`) ? files.get(path.slice(root.length + 1)) : undefined;
      return id === undefined ? [] : [[path, id] as const];
    });
    const texts = await this.#git.read([...new Set(ids.map(([, id]) => id))]);
    return new Map(ids.map(([path, id]) => [path, texts.get(id) ?? '']));
  }

  /** Reads contents. Of a file that compile generated, the digest is enough. */
  async #contents(ids: readonly string[]): Promise<ReadonlyMap<string, FileContent | Written>> {
    const contents = new Map<string, FileContent | Written>();
    for (let from = 0; from < ids.length; from += batchSize) {
      const texts = await this.#git.read(ids.slice(from, from + batchSize));
      for (const [id, text] of texts) {
        contents.set(id, isGenerated(text) ? { digest: digestOf(text) } : text);
      }
    }
    return contents;
  }
}

/** Compares committed files with wanted ones. The paths of files that stay are those of the committed files. */
function compare(
  { commit, files: committed }: CommittedFiles,
  rendered: readonly RenderedFile[],
): Comparison {
  const left = new Map(committed);
  const wanted = new Map<string, Text>();
  const intact: SharedFile[] = [];
  const others: (readonly [id: string, file: RenderedFile])[] = [];
  for (const file of rendered) {
    const id = blobId(file.content.text, commit);
    wanted.set(id, file.content);
    const paths = pathsBelow(file);
    if (!paths.every((path) => left.get(path) === id)) others.push([id, file]);
    else {
      intact.push(withoutText(file));
      for (const path of paths) left.delete(path);
    }
  }
  const files = new Map(committed);
  for (const path of left.keys()) files.delete(path);
  for (const [id, file] of others) for (const path of pathsBelow(file)) files.set(path, id);
  const known = new Set(committed.values());
  const texts = new Map(
    others.filter(([id]) => !known.has(id)).map(([id, { content }]) => [id, content.text]),
  );
  return { intact, left, wanted, output: { files, texts } };
}

/** Returns the paths of a file below the rendered root. */
function pathsBelow({ path, clusters }: Pick<SharedFile, 'path' | 'clusters'>): readonly string[] {
  return clusters.map((cluster) => `${cluster}/${path}`);
}
