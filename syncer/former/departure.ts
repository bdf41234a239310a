import { readAcknowledged } from '../desired/acknowledged.ts';
import { fleetAt } from '../fleet-at.ts';
import { type Goal, identify } from '../identify.ts';
import type { FoundInventory } from '../ownership/found-inventory.ts';
import type { Owner } from '../ownership/owner.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import type { SourcePort } from '../ports/source.ts';
import { type FormerPorts, formerClusters } from './former-clusters.ts';
import { membersAt } from './members.ts';

/** The error for a cluster that must not, or cannot, be separated from the fleet. */
export class UnjoinRefusal extends Error {
  override name = 'UnjoinRefusal';
  /** Lines that say what to do. */
  readonly hint: readonly string[];

  constructor(message: string, hint: readonly string[] = []) {
    super(message);
    this.hint = hint;
  }
}

export interface DeparturePorts extends FormerPorts {
  readonly source: SourcePort;
}

/** A cluster that left the fleet, with what the fleet has there. */
export interface Departure {
  readonly cluster: string;
  readonly port: ClusterPort;
  readonly goal: Goal;
  readonly owner: Owner;
  /** The inventory of the fleet; undefined if the cluster does not hold one. */
  readonly inventory: FoundInventory | undefined;
  /** Files below the cluster's directory whose deletion the repository acknowledges. */
  readonly acknowledged: ReadonlySet<string>;
}

/**
 * Finds out what the fleet has in a cluster that left it. Writes nothing.
 *
 * @throws UnjoinRefusal if the cluster is a member of the fleet, or if no context leads to it
 * @throws FleetRefusal if the fleet must not write to the cluster
 * @throws ClusterError if the cluster does not answer or rejects a request
 * @throws Error if the repository cannot be read
 */
export async function departureOf(
  ports: DeparturePorts,
  cluster: string,
  stop: AbortSignal,
): Promise<Departure> {
  const { source, fleet, descends } = ports;
  const commit = await source.fetch(stop);
  const short = commit.slice(0, 12);
  const tree = await source.tree(commit, stop);
  if (tree === undefined) throw new Error(`commit ${short} has no rendered directories`);
  const members = membersAt(tree, await source.clusterNames(commit, stop));
  if (members.has(cluster)) {
    throw new UnjoinRefusal(`is a member of the fleet: commit ${short} has a directory for it`);
  }
  if (!fleet.clusters.includes(cluster)) {
    throw new UnjoinRefusal(`the kubeconfig has no context ${JSON.stringify(cluster)}`);
  }
  const goal = { commit, ...(await fleetAt(source, tree, stop)) };
  const settings = { ...goal.settings, sharedClusters: 'Allow' } as const;
  const reading = { takeOver: new Set<string>(), descends };
  const port = fleet.connect(cluster);
  const { owner, own: inventory } = await identify(port, { ...goal, settings }, reading, stop);
  if (inventory !== undefined) await expectFormer(ports, { goal, members, cluster }, stop);
  const files = tree.files.filter(({ path }) => path.startsWith(`${cluster}/`));
  const acknowledged = await readAcknowledged(source, cluster, files, stop);
  return { cluster, port, goal, owner, inventory, acknowledged };
}

interface Asked {
  readonly goal: Goal;
  readonly members: ReadonlySet<string>;
  readonly cluster: string;
}

async function expectFormer(
  ports: FormerPorts,
  { goal, members, cluster }: Asked,
  stop: AbortSignal,
): Promise<void> {
  const search = { goal, members, contexts: [cluster] };
  const { former, silent } = await formerClusters(ports, search, stop);
  if (former.length > 0) return;
  const fault = silent.has(cluster) ? 'did not answer in time' : 'leads to a member of the fleet';
  throw new UnjoinRefusal(`its context ${fault}`);
}
