import { type FleetChange, fleetChange } from '#model/fleet-change.ts';
import { isManifest } from '#model/rendered.ts';
import { hasDigest } from '#model/rendered-path.ts';
import { changedFiles, type Snapshot } from '#model/snapshot.ts';
import { parseManifest } from './desired/manifest.ts';
import { readTexts } from './desired/read-texts.ts';
import type { DeletingCommit, DeletionHistory, GitFile, SourcePort } from './ports/source.ts';

/** The deletions of one commit of the branch, from all clusters. */
export interface DeletedChange extends FleetChange {
  readonly commit: string;
}

/**
 * Returns the commits after `before` up to `commit` that delete objects, newest first.
 *
 * @throws Error if Git cannot show them
 */
export type ChangesSince = (
  before: string,
  commit: string,
  signal: AbortSignal,
) => Promise<readonly DeletedChange[]>;

/** Maximum number of commits whose deletions the syncer remembers. */
const mostCommits = 1000;

/** Returns a function that reads the deletions of each commit once for all clusters. */
export function deletedChanges(source: SourcePort & DeletionHistory): ChangesSince {
  const known = new Map<string, DeletedChange>();
  const asked = new Map<string, Promise<readonly DeletedChange[]>>();
  const ask = async (...[before, commit, signal]: Parameters<ChangesSince>) => {
    const found: DeletedChange[] = [];
    for (const one of await source.deletingCommits(before, commit, signal)) {
      const change = known.get(one.commit) ?? (await readChange(source, one, signal));
      known.set(one.commit, change);
      found.push(change);
    }
    return found;
  };
  return (before, commit, signal) => {
    if (known.size > mostCommits) known.clear();
    const pair = `${before} ${commit}`;
    const answer = asked.get(pair) ?? ask(before, commit, signal);
    asked.set(pair, answer);
    // A failure may pass, and most pairs are of one commit of the branch.
    answer.catch(() => asked.delete(pair));
    for (const other of asked.keys()) if (!other.endsWith(commit)) asked.delete(other);
    return answer;
  };
}

async function readChange(
  source: SourcePort,
  { commit, before, after }: DeletingCommit,
  signal: AbortSignal,
): Promise<DeletedChange> {
  const [base, head] = [snapshotOf(before), snapshotOf(after)];
  const texts = await readTexts(source, [...readIn(base, head)], signal);
  const read = (oid: string) => {
    const [object] = parseManifest(texts.get(oid) ?? '');
    if (object === undefined) throw new Error(`a deleted file of commit ${commit} has no object`);
    return object;
  };
  return { commit, ...fleetChange(base, head, read) };
}

/** Returns the ids of the contents that `fleetChange` may read. */
function readIn(base: Snapshot, head: Snapshot): ReadonlySet<string> {
  const files = changedFiles(base, head);
  const mayMove = files.some(({ path }) => hasDigest(path));
  const contents = files.flatMap(({ before, after }) => {
    if (after === undefined) return before === undefined ? [] : [before];
    return mayMove && before === undefined ? [after] : [];
  });
  return new Set(contents);
}

function snapshotOf(files: readonly GitFile[]): Snapshot {
  const manifests = files.filter(({ path }) => isManifest(path));
  return { files: new Map(manifests.map(({ path, oid }) => [path, oid])) };
}
