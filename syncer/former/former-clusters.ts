/** Finds the clusters that left the fleet: Git no longer renders them, and they still have the fleet's inventory. */
import { byText } from '#model/object.ts';
import type { MayFollow } from '../commit-order.ts';
import { FleetRefusal, type Goal, identify } from '../identify.ts';
import { presentIn } from '../inventory/departed.ts';
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

/** The result of a search. */
export interface FormerSearchResult {
  /** The former clusters, in the order of their names. */
  readonly former: readonly FormerCluster[];
  /** The contexts that did not answer in time. They may lead to further former clusters. */
  readonly silent: ReadonlySet<string>;
}

/** Finds the former clusters. Writes nothing. Leaves out each context that leads to a member under another name. */
export async function formerClusters(
  ports: FormerPorts,
  { goal, members, contexts: asked }: FormerSearch,
  stop: AbortSignal,
): Promise<FormerSearchResult> {
  const contexts = ports.fleet.clusters;
  const isOther = (context: string) =>
    !members.has(context) && (asked === undefined || asked.includes(context));
  const sight = (context: string, signal: AbortSignal) => inventoryAt(ports, context, goal, signal);
  const others = await askEach(ports, contexts.filter(isOther), sight, stop);
  const left = others.answers.filter(({ inventory }) => !members.has(inventory.cluster));
  const silent = new Set(others.silent);
  if (left.length === 0) return { former: [], silent };
  const own = contexts.filter((context) => members.has(context));
  const present = await askEach(ports, own, sight, stop);
  const counted = await askEach(ports, withoutTwins(left, present.answers), measure, stop);
  for (const { context } of counted.silent) silent.add(context);
  const former = counted.answers.toSorted((a, b) => byText(a.cluster, b.cluster));
  return { former, silent };
}

interface Answers<T, A> {
  readonly answers: readonly A[];
  /** The items without an answer. */
  readonly silent: readonly T[];
}

/** Asks clusters concurrently. An answer is a list with at most one element. */
async function askEach<T, A>(
  { clock }: FormerPorts,
  items: readonly T[],
  ask: (item: T, signal: AbortSignal) => Promise<readonly A[]>,
  stop: AbortSignal,
): Promise<Answers<T, A>> {
  const answers: A[] = [];
  const silent: T[] = [];
  await forEachBounded(items, width, stop, async (item) => {
    const answer = await within(clock, limitMs, stop, (signal) => ask(item, signal));
    if (answer === undefined) silent.push(item);
    else answers.push(...answer);
  });
  return { answers, silent };
}

/** Returns the fleet's inventory in a cluster, if the cluster has one. */
async function inventoryAt(
  { fleet, descends }: FormerPorts,
  context: string,
  goal: Goal,
  signal: AbortSignal,
): Promise<readonly Sighting[]> {
  const port = fleet.connect(context);
  // Another fleet may have the cluster since.
  const settings = { ...goal.settings, sharedClusters: 'Allow' } as const;
  const reading = { takeOver: new Set<string>(), descends, readsOnly: true };
  try {
    const { owner, own } = await identify(port, { ...goal, settings }, reading, signal);
    return own === undefined || own.uid === '' ? [] : [{ context, port, owner, inventory: own }];
  } catch (error) {
    // Another repository applies the fleet there.
    if (error instanceof FleetRefusal) return [];
    throw error;
  }
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
): Promise<readonly FormerCluster[]> {
  const entries = await new InventoryStore(port, { owner, tooling: '' }, () => {}).read(signal);
  return [{ cluster: context, commit: inventory.commit, objects: presentIn(entries).size }];
}
