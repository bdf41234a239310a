import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import { ClusterError } from './cluster-error.ts';
import type { Desired } from './desired/desired.ts';
import { type Inventory, refOf } from './inventory/inventory.ts';
import type { Member } from './member.ts';
import { enforceDeletionBudget } from './plan/guard.ts';
import { type Action, planSync } from './plan/plan.ts';
import { type Readable, restrictToReadable } from './plan/readable.ts';
import { applySuspensions } from './plan/suspensions.ts';
import type { KindRef } from './ports/cluster.ts';

/** What a turn is to do, and what that was decided from. */
export interface Decision {
  /** Settings of the desired commit. */
  readonly settings: SyncSettings;
  readonly inventory: Inventory;
  readonly readable: Readable;
  readonly plan: readonly Action[];
  /** Kinds that the cluster doesn't have (yet). */
  readonly unknown: readonly KindRef[];
}

/**
 * Looks at a cluster and decides what is to be done there; writes nothing.
 *
 * @throws ClusterError as `reconcile` does
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
  return { settings, inventory, readable, unknown, plan: applySuspensions(guarded, parameters) };
}

/** Every kind that Git wants or that we may have left something of. */
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

/** Refuses before anything is written when an object's namespace doesn't fit its kind. */
async function checkScopes(member: Member, desired: Desired, stop: AbortSignal): Promise<void> {
  for (const group of byKind(desired)) {
    const namespaced = await member.port.isNamespaced(group[0], stop);
    if (namespaced === undefined) continue;
    const odd = group.find(({ metadata }) => (metadata.namespace !== undefined) !== namespaced);
    if (odd === undefined) continue;
    const fault = namespaced ? 'has no namespace' : 'has a namespace, and its kind takes none';
    throw new ClusterError('rejected', `${describeObject(odd)} ${fault}`);
  }
}

type SameKind = readonly [KubeObject, ...KubeObject[]];

const grouped = new WeakMap<Desired['objects'], readonly SameKind[]>();

/** What Git wants, by kind and version; found once for a commit, as turns are many. */
function byKind({ objects }: Desired): readonly SameKind[] {
  const known = grouped.get(objects);
  if (known !== undefined) return known;
  const wanted = [...objects.values()].map(({ object }) => object);
  const groups = Map.groupBy(wanted, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  const found = [...groups.values()] as unknown as readonly SameKind[];
  grouped.set(objects, found);
  return found;
}
