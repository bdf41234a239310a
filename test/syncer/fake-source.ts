import { createHash } from 'node:crypto';
import type { Origin } from '#model/origin.ts';
import type {
  DeletingCommit,
  GitFile,
  PublishingPort,
  RenderedTree,
} from '#syncer/ports/source.ts';

/** Keeps a repository in memory: the rendered files of each commit, by path below the root. */
export class FakeSource implements PublishingPort {
  origin: Origin = { repository: 'git.example.com/fleet', branch: 'main', path: 'rendered' };
  /** Contents of all files that the syncer has read, in order. */
  readonly reads: string[] = [];
  /** The commits whose files the syncer has listed, in order. */
  readonly listed: string[] = [];
  readonly #trees = new Map<string, RenderedTree>();
  readonly #texts = new Map<string, string>();
  readonly #line: string[] = [];
  #head = '';
  #broken: string | undefined;

  /** Makes a commit with these files, and with this regatta.yaml, the head of the branch. */
  advance(commit: string, files: Readonly<Record<string, string>>, settings?: string): void {
    const entries = Object.entries(files).map(([path, text]): GitFile => {
      const oid = createHash('sha1').update(text).digest('hex');
      this.#texts.set(oid, text);
      return { path, oid, type: 'file', size: text.length };
    });
    const byCluster = Map.groupBy(entries, ({ path }) => path.split('/')[0] ?? '');
    const clusters = new Map([...byCluster].map(([name, own]) => [name, JSON.stringify(own)]));
    const oid = `settings of ${commit}`;
    if (settings !== undefined) this.#texts.set(oid, settings);
    const own = settings === undefined ? {} : { settings: oid };
    this.#trees.set(commit, { commit, root: 'rendered', clusters, files: entries, ...own });
    this.#head = commit;
    this.#line.push(commit);
  }

  /** Makes each fetch fail with this reason, until the reason is `undefined` again. */
  set broken(reason: string | undefined) {
    this.#broken = reason;
  }

  /** The last commit that an earlier process accepted. */
  accepted: string | undefined;

  async last(): Promise<string | undefined> {
    return this.accepted;
  }

  async fetch(): Promise<string> {
    if (this.#broken !== undefined) throw new Error(this.#broken);
    return this.#head;
  }

  async tree(commit: string): Promise<RenderedTree | undefined> {
    this.listed.push(commit);
    const tree = this.#trees.get(commit);
    return tree?.files.length === 0 ? undefined : tree;
  }

  async clusterNames(commit: string): Promise<readonly string[]> {
    return [...(this.#trees.get(commit)?.clusters.keys() ?? [])];
  }

  async read(oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.reads.push(...oids.map((oid) => this.#texts.get(oid) ?? ''));
    return new Map(oids.map((oid) => [oid, this.#texts.get(oid) ?? '']));
  }

  async goesOnFrom(before: string, commit: string): Promise<boolean> {
    const from = this.#line.indexOf(before);
    return from >= 0 && from <= this.#line.indexOf(commit);
  }

  async deletingCommits(before: string, commit: string): Promise<readonly DeletingCommit[]> {
    const [from, to] = [this.#line.indexOf(before), this.#line.indexOf(commit)];
    if (from < 0) throw new Error(`no history from ${before} to ${commit}`);
    const filesAt = (id: string | undefined) => this.#trees.get(id ?? '')?.files ?? [];
    const pairs = this.#line.slice(from + 1, to + 1).map((id, index) => {
      return { commit: id, before: filesAt(this.#line[from + index]), after: filesAt(id) };
    });
    return pairs.toReversed();
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
