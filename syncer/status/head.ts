import { type DesiredOrRefusal, type DesiredPorts, readDesired } from '../desired/desired.ts';
import { fleetAt } from '../fleet-at.ts';
import { membersAt } from '../former/members.ts';
import type { Goal } from '../identify.ts';
import type { FleetPort } from '../ports/cluster.ts';
import { expectClusters } from './asked-clusters.ts';

interface HeadPorts extends DesiredPorts {
  readonly fleet: Pick<FleetPort, 'clusters'>;
}

/** The head of a branch, with the desired state of each cluster that it renders, as far as the source reads it. */
export interface Head {
  readonly commit: string;
  /** Names of all clusters in the fleet, also of those that the source does not read. */
  readonly members: ReadonlySet<string>;
  readonly clusters: ReadonlyMap<string, DesiredOrRefusal>;
  readonly goal: Goal;
}

/**
 * Reads the head of the branch.
 *
 * @param names - the clusters that the caller names; absent means all of them
 * @throws NoSuchClusterError if the caller names a cluster that does not exist
 * @throws Error if git fails, if the head has no rendered directories, or if its settings are invalid
 */
export async function readHead(
  ports: HeadPorts,
  names: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Head> {
  const { source } = ports;
  const commit = await source.fetch(signal);
  if (names) await expectClusters(ports, names, commit, signal);
  const tree = await source.tree(commit, signal);
  if (tree === undefined)
    throw new Error(`commit ${commit.slice(0, 12)} has no rendered directories`);
  const goal = { commit, ...(await fleetAt(source, tree, signal)) };
  const members = membersAt(tree, await source.clusterNames(commit, signal));
  const clusters = new Map<string, DesiredOrRefusal>();
  for (const cluster of members.intersection(tree.clusters)) {
    const reading = await readDesired(ports, { tree, cluster, ...goal }, new Map(), signal);
    clusters.set(cluster, reading.content);
  }
  return { commit, members, clusters, goal };
}
