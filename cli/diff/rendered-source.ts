import type { GitHistory } from '#io/git/history.ts';
import { fleetFile } from '#model/fleet.ts';
import type { SourcePort } from '#syncer/ports/source.ts';
import type { RenderedCommit } from './rendered-commit.ts';

/** What a commit renders, as the syncer reads it: also one that was compiled just now. */
export async function sourceOfCommit(
  git: GitHistory,
  { commit, snapshot, compiled }: RenderedCommit,
): Promise<SourcePort> {
  const settings = (await git.ownFiles(commit, [fleetFile])).get(fleetFile);
  const files = [...snapshot.files].map(([path, oid]) => ({
    path,
    oid,
    type: 'file' as const,
    size: compiled.get(oid)?.length ?? 0,
  }));
  const names = new Set(files.map(({ path }) => path.slice(0, path.indexOf('/'))));
  const clusters = new Map([...names].map((name) => [name, `${commit}:${name}`]));
  const tree = { commit, clusters, files, ...(settings !== undefined && { settings }) };
  return {
    fetch: async () => commit,
    last: async () => commit,
    tree: async () => tree,
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
