/** Finds the clusters that left the fleet: Git no longer renders them, and they still have the fleet's inventory. */
import { byText } from '#model/object.ts';
import type { MayFollow } from '../commit-order.ts';
import { type Goal, identify } from '../identify.ts';
import { InventoryStore } from '../inventory/store.ts';
import type { FoundInventory } from '../ownership/found-inventory.ts';
import type { Owner } from '../ownership/owner.ts';
import { forEachBounded } from '../pace/pool.ts';
import { within } from '../pace/within.ts';
import type { ClusterPort, FleetPort } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';

/** Maximum number of clusters that are asked concurrently. */
const width = 16;

/** Maximum time for each question to a cluster, in milliseconds. */
const limitMs = 5000;

/** A cluster that left the fleet. */
export interface FormerCluster {
  /** The kubeconfig context that leads to the cluster. */
  readonly cluster: string;
  /** The commit for which a syncer last wrote to the cluster; '' if the inventory records none. */
  readonly commit: string;
  /** Number of objects in the inventory. */
  readonly objects: number;
}

export interface FormerPorts {
  readonly fleet: FleetPort;
  readonly clock: Clock;
  readonly descends?: MayFollow | undefined;
}

/** Which clusters are in the fleet, and where to look for those that left it. */
export interface FormerSearch {
  readonly goal: Goal;
  /** Names of the clusters that Git renders. */
  readonly members: ReadonlySet<string>;
  /** Limits the search to these contexts; absent means every context of the kubeconfig. */
  readonly contexts?: readonly string[] | undefined;
}

/** The fleet's inventory in the cluster to which a context leads. */
interface Sighting {
  readonly context: string;
  readonly port: ClusterPort;
  readonly owner: Owner;
  readonly inventory: FoundInventory;
}

/**
 * Returns the former clusters, in the order of their names. Writes nothing. Leaves out each context that does not
 * answer in time, and each context that leads to a member under another name.
 */
export async function formerClusters(
  ports: FormerPorts,
  { goal, members, contexts: asked }: FormerSearch,
  stop: AbortSignal,
): Promise<readonly FormerCluster[]> {
  const contexts = ports.fleet.clusters;
  const isOther = (context: string) =>
    !members.has(context) && (asked === undefined || asked.includes(context));
  const sight = (context: string, signal: AbortSignal) => inventoryAt(ports, context, goal, signal);
  const sightings = await askEach(ports, contexts.filter(isOther), sight, stop);
  const left = sightings.filter(({ inventory }) => !members.has(inventory.cluster));
  if (left.length === 0) return [];
  const own = contexts.filter((context) => members.has(context));
  const present = await askEach(ports, own, sight, stop);
  const former = await askEach(ports, withoutTwins(left, present), measure, stop);
  return former.toSorted((a, b) => byText(a.cluster, b.cluster));
}

/** Returns the answers of the clusters that answer in time. */
async function askEach<T, A>(
  { clock }: FormerPorts,
  items: readonly T[],
  ask: (item: T, signal: AbortSignal) => Promise<A | undefined>,
  stop: AbortSignal,
): Promise<readonly A[]> {
  const answers: A[] = [];
  await forEachBounded(items, width, stop, async (item) => {
    const answer = await within(clock, limitMs, stop, (signal) => ask(item, signal));
    if (answer !== undefined) answers.push(answer);
  });
  return answers;
}

/** Returns the fleet's inventory in a cluster; undefined if the cluster has none. */
async function inventoryAt(
  { fleet, descends }: FormerPorts,
  context: string,
  goal: Goal,
  signal: AbortSignal,
): Promise<Sighting | undefined> {
  const port = fleet.connect(context);
  // Another fleet may have the cluster since.
  const settings = { ...goal.settings, sharedClusters: 'Allow' } as const;
  const reading = { takeOver: new Set<string>(), descends, readsOnly: true };
  const { owner, own } = await identify(port, { ...goal, settings }, reading, signal);
  return own === undefined || own.uid === '' ? undefined : { context, port, owner, inventory: own };
}

/** Leaves out every sighting of an inventory that is also another cluster's, or was seen before. */
function withoutTwins(
  sightings: readonly Sighting[],
  others: readonly Sighting[],
): readonly Sighting[] {
  const seen = new Set(others.map(({ inventory }) => inventory.uid));
  const isOwnName = ({ context, inventory }: Sighting) => context === inventory.cluster;
  const inOrder = sightings.toSorted(
    (a, b) => Number(isOwnName(b)) - Number(isOwnName(a)) || byText(a.context, b.context),
  );
  return inOrder.filter(({ inventory: { uid } }) => {
    const isNew = !seen.has(uid);
    seen.add(uid);
    return isNew;
  });
}

async function measure(
  { context, port, owner, inventory }: Sighting,
  signal: AbortSignal,
): Promise<FormerCluster> {
  const entries = await new InventoryStore(port, { owner, tooling: '' }, () => {}).read(signal);
  return { cluster: context, commit: inventory.commit, objects: entries.size };
}
