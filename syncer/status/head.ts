import { type DesiredOrRefusal, type DesiredPorts, readDesired } from '../desired/desired.ts';
import { readText } from '../desired/read-texts.ts';
import { fleetOf } from '../ownership/owner.ts';
import { readFleetFile } from '../settings.ts';

/** The head of a branch, with the desired state of each cluster that it renders. */
export interface Head {
  readonly commit: string;
  readonly clusters: ReadonlyMap<string, DesiredOrRefusal>;
}

/**
 * Reads the head of the branch.
 *
 * @throws Error if git fails, if the head has no rendered directories, or if its settings are invalid
 */
export async function readHead(ports: DesiredPorts, signal: AbortSignal): Promise<Head> {
  const { source } = ports;
  const commit = await source.fetch(signal);
  const tree = await source.tree(commit, signal);
  if (tree === undefined)
    throw new Error(`commit ${commit.slice(0, 12)} has no rendered directories`);
  const oid = tree.settings;
  const { settings, identity } = readFleetFile(
    oid === undefined ? undefined : await readText(source, oid, signal),
    tree.root,
  );
  const fleet = fleetOf(identity, source.origin);
  const clusters = new Map<string, DesiredOrRefusal>();
  for (const cluster of tree.clusters.keys()) {
    const reading = await readDesired(ports, { tree, cluster, settings, fleet }, new Map(), signal);
    clusters.set(cluster, reading.content);
  }
  return { commit, clusters };
}
