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

/** Maximum number of contents that Git reads at once. */
const batchSize = 1000;

/** The committed rendered files of a commit, which Git knows by the ids of their contents. */
interface CommittedFiles {
  readonly commit: string;
  /** Path of the rendered root. */
  readonly root: string;
  /** Content ids by path below the root. */
  readonly files: ReadonlyMap<string, string>;
}

/** The rendered files of a compile. */
interface ComparedOutput {
  /** Content ids by path below the root. */
  readonly files: ReadonlyMap<string, string>;
  /** Texts that the committed files lack, by content id. */
  readonly texts: ReadonlyMap<string, string>;
}

export const noOutput: ComparedOutput = { files: new Map(), texts: new Map() };

/** The committed files that a compile leaves unchanged, and its other files. */
interface Comparison {
  readonly intact: readonly SharedFile[];
  /** Content ids of the other committed files, by path. */
  readonly left: ReadonlyMap<string, string>;
  /** The contents of the compile's files, by id. */
  readonly rendered: ReadonlyMap<string, Text>;
  readonly output: ComparedOutput;
}

/**
 * Compares the output of a compile with committed files by their content ids. It reads only the committed contents
 * that the output lacks.
 */
export class CommittedFolder implements RenderedFolder {
  readonly #git: GitHistory;
  readonly #committed: CommittedFiles;
  #compared: { readonly desired: DesiredFiles; readonly existing: Promise<Existing> } | undefined;
  /** The output of the compile; empty until the compile has asked for the existing files. */
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

  async #existing({ intact, left, rendered }: Comparison): Promise<Existing> {
    const known = new Map<string, FileContent | Written>(rendered);
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

  /** Reads contents. For a file that compile generated, returns only its digest. */
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

/** Compares committed files with the files of a compile. A file is unchanged if all clusters have its content. */
function compare(
  { commit, files: committed }: CommittedFiles,
  output: readonly RenderedFile[],
): Comparison {
  const left = new Map(committed);
  const rendered = new Map<string, Text>();
  const intact: SharedFile[] = [];
  const others: (readonly [id: string, file: RenderedFile])[] = [];
  for (const file of output) {
    const id = blobId(file.content.text, commit);
    rendered.set(id, file.content);
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
  return { intact, left, rendered, output: { files, texts } };
}

/** Returns the paths of a file below the rendered root. */
function pathsBelow({ path, clusters }: Pick<SharedFile, 'path' | 'clusters'>): readonly string[] {
  return clusters.map((cluster) => `${cluster}/${path}`);
}
