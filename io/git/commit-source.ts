import { fleetFile } from '#model/fleet-file.ts';
import { repositoryAddress } from '#model/origin.ts';
import type { DeletionHistory, SourcePort } from '#syncer/ports/source.ts';
import type { GitHistory } from './history.ts';

/** What a commit renders: as committed, or compiled from its sources. */
interface RenderedFiles {
  readonly commit: string;
  /** Path of the rendered root in the repository. */
  readonly root: string;
  /** Content ids by path below the rendered root. */
  readonly files: ReadonlyMap<string, string>;
  /** Texts of compiled files, by content id; committed files are in Git. */
  readonly compiled: ReadonlyMap<string, string>;
}

/** Returns a source for the syncer that always is at one commit. */
export async function sourceOfCommit(
  git: GitHistory,
  { commit, root, files, compiled }: RenderedFiles,
): Promise<SourcePort & DeletionHistory> {
  const settings = (await git.ownFiles(commit, [fleetFile])).get(fleetFile);
  const entries = [...files].map(([path, oid]) => ({
    path,
    oid,
    type: 'file' as const,
    size: compiled.get(oid)?.length ?? 0,
  }));
  const names = new Set(entries.map(({ path }) => path.slice(0, path.indexOf('/'))));
  const clusters = new Map([...names].map((name) => [name, `${commit}:${name}`]));
  const tree = {
    commit,
    root,
    clusters,
    files: entries,
    ...(settings !== undefined && { settings }),
  };
  const repository = repositoryAddress(await git.address());
  return {
    origin: { repository, branch: '', path: git.pathBelowRoot(root) },
    fetch: async () => commit,
    last: async () => commit,
    tree: async () => tree,
    deletingCommits: (before) => git.deletingCommits(before, commit, root),
    clusterNames: async () => [...names],
    read: async (oids) => {
      const committed = await git.read(oids.filter((oid) => !compiled.has(oid)));
      return new Map([...committed, ...oids.flatMap((oid) => textIn(compiled, oid))]);
    },
  };
}

function textIn(texts: ReadonlyMap<string, string>, oid: string): readonly [string, string][] {
  const text = texts.get(oid);
  return text === undefined ? [] : [[oid, text]];
}
