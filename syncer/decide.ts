import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import { ClusterError } from './cluster-error.ts';
import type { Desired } from './desired/desired.ts';
import { type Inventory, refOf } from './inventory/inventory.ts';
import type { Member } from './member.ts';
import { enforceDeletionBudget } from './plan/guard.ts';
import { holdUnproven } from './plan/hold-unproven.ts';
import { type Action, planSync } from './plan/plan.ts';
import { type Readable, restrictToReadable } from './plan/readable.ts';
import { applySuspensions } from './plan/suspensions.ts';
import type { KindRef } from './ports/cluster.ts';

/** The planned actions of a turn, and the state from which the syncer decided them. */
export interface Decision {
  /** Settings of the desired commit. */
  readonly settings: SyncSettings;
  readonly inventory: Inventory;
  readonly readable: Readable;
  readonly plan: readonly Action[];
  /** Kinds that the cluster does not serve yet. */
  readonly unknown: readonly KindRef[];
}

/**
 * Observes a cluster and plans the turn, without writing anything.
 *
 * @throws ClusterError if the cluster does not answer or rejects a request, if its inventory is invalid, or if a
 *   desired object has a namespace but its kind has none, or the reverse
 */
export async function decide(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
): Promise<Decision> {
  const { settings } = desired;
  const inventory = await member.inventory(stop);
  const kinds = kindsOf(desired, inventory);
  await checkScopes(member, desired, stop);
  const unknown = await member.timed('observe', () => member.cache.track(kinds, stop));
  const readable = restrictToReadable(desired, inventory, member.cache);
  const actions = planSync(readable.desired, readable.inventory, member.cache.objects);
  const guarded = enforceDeletionBudget(
    actions,
    inventory,
    settings.deletions,
    desired.acknowledged,
  );
  const parameters = { cluster: member.name, settings, now: member.clock.now() };
  const proven = holdUnproven(guarded, member.unlistedGroups);
  return { settings, inventory, readable, unknown, plan: applySuspensions(proven, parameters) };
}

/** Returns the kinds of all desired objects and of all objects in the inventory. */
function kindsOf(desired: Desired, inventory: Inventory): readonly KindRef[] {
  const kinds = new Map<string, KindRef>();
  for (const [{ apiVersion, kind }] of byKind(desired)) {
    const id = `${gvkOf({ apiVersion, kind }).group}/${kind}`;
    if (!kinds.has(id)) kinds.set(id, { apiVersion, kind });
  }
  for (const [key, entry] of inventory) {
    const id = key.slice(0, key.indexOf('/', key.indexOf('/') + 1));
    if (!kinds.has(id)) kinds.set(id, refOf(key, entry));
  }
  return [...kinds.values()];
}

/**
 * Checks the scope of every desired object before the first write.
 *
 * @throws ClusterError if an object has a namespace but its kind has none, or the reverse
 */
async function checkScopes(member: Member, desired: Desired, stop: AbortSignal): Promise<void> {
  for (const group of byKind(desired)) {
    const namespaced = await member.port.isNamespaced(group[0], stop);
    if (namespaced === undefined) continue;
    const invalid = group.find(({ metadata }) => (metadata.namespace !== undefined) !== namespaced);
    if (invalid === undefined) continue;
    const fault = namespaced
      ? 'has no namespace'
      : 'has a namespace, but its kind is cluster-scoped';
    throw new ClusterError('rejected', `${describeObject(invalid)} ${fault}`);
  }
}

type SameKind = readonly [KubeObject, ...KubeObject[]];

const grouped = new WeakMap<Desired['objects'], readonly SameKind[]>();

/** Groups the desired objects by kind and version, once for each commit: a commit has many turns. */
function byKind({ objects }: Desired): readonly SameKind[] {
  const known = grouped.get(objects);
  if (known !== undefined) return known;
  const desired = [...objects.values()].map(({ object }) => object);
  const groups = Map.groupBy(desired, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  const found = [...groups.values()] as unknown as readonly SameKind[];
  grouped.set(objects, found);
  return found;
}
