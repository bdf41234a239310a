import { createHash } from 'node:crypto';
import type { GitFile, PublishingPort, RenderedTree } from '#syncer/ports/source.ts';

/** A repository in memory: each commit is its rendered files, by path below the root. */
export class FakeSource implements PublishingPort {
  /** The texts that were read. */
  readonly reads: string[] = [];
  readonly #trees = new Map<string, RenderedTree>();
  readonly #texts = new Map<string, string>();
  readonly #line: string[] = [];
  #head = '';
  #broken: string | undefined;

  /** Makes a commit of these files the head. */
  advance(commit: string, files: Readonly<Record<string, string>>): void {
    const entries = Object.entries(files).map(([path, text]): GitFile => {
      const oid = createHash('sha1').update(text).digest('hex');
      this.#texts.set(oid, text);
      return { path, oid, type: 'file', size: text.length };
    });
    const byCluster = Map.groupBy(entries, ({ path }) => path.split('/')[0] ?? '');
    const clusters = new Map([...byCluster].map(([name, own]) => [name, JSON.stringify(own)]));
    this.#trees.set(commit, { commit, clusters, files: entries });
    this.#head = commit;
    this.#line.push(commit);
  }

  /** Fetches fail with this reason until it is undefined again. */
  set broken(reason: string | undefined) {
    this.#broken = reason;
  }

  /** What a process before has accepted. */
  accepted: string | undefined;

  async last(): Promise<string | undefined> {
    return this.accepted;
  }

  async fetch(): Promise<string> {
    if (this.#broken !== undefined) throw new Error(this.#broken);
    return this.#head;
  }

  async tree(commit: string): Promise<RenderedTree | undefined> {
    const tree = this.#trees.get(commit);
    return tree?.files.length === 0 ? undefined : tree;
  }

  async read(oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.reads.push(...oids.map((oid) => this.#texts.get(oid) ?? ''));
    return new Map(oids.map((oid) => [oid, this.#texts.get(oid) ?? '']));
  }

  async goesOnFrom(before: string, commit: string): Promise<boolean> {
    const from = this.#line.indexOf(before);
    return from >= 0 && from <= this.#line.indexOf(commit);
  }

  async checkout(): Promise<string> {
    return '/work-tree';
  }

  async commit(): Promise<string | undefined> {
    return undefined;
  }

  async push(): Promise<'pushed'> {
    return 'pushed';
  }
}
