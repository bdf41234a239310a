import { describeObject, gvkOf } from '#model/object.ts';
import type { Desired } from './desired/desired.ts';
import { type Inventory, refOf } from './inventory/inventory.ts';
import type { Member } from './member.ts';
import { holdBack } from './plan/guard.ts';
import { type Permitted, permitted } from './plan/permitted.ts';
import { type Action, planSync } from './plan/plan.ts';
import { restrain } from './plan/restrain.ts';
import { ClusterError, type KindRef } from './ports.ts';

/** What a turn is to do, and what that was decided from. */
export interface Decision {
  readonly inventory: Inventory;
  readonly permits: Permitted;
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
  member.settings = settings;
  const inventory = await member.inventory(stop);
  const kinds = kindsOf(desired, inventory);
  await checkScopes(member, desired, stop);
  const unknown = await member.timed('observe', () => member.view.track(kinds, stop));
  const permits = permitted(desired, inventory, member.view);
  const actions = planSync(permits.desired, permits.inventory, member.view.objects);
  const guarded = holdBack(actions, inventory, settings.deletions, desired.acknowledged);
  const occasion = { cluster: member.name, settings, now: member.clock.now() };
  return { inventory, permits, unknown, plan: restrain(guarded, occasion) };
}

/** Every kind that Git wants or that we may have left something of. */
function kindsOf(desired: Desired, inventory: Inventory): readonly KindRef[] {
  const kinds = new Map<string, KindRef>();
  const add = ({ apiVersion, kind }: KindRef) => {
    const id = `${gvkOf({ apiVersion, kind }).group}/${kind}`;
    if (!kinds.has(id)) kinds.set(id, { apiVersion, kind });
  };
  for (const { object } of desired.objects.values()) add(object);
  for (const [key, entry] of inventory) add(refOf(key, entry));
  return [...kinds.values()];
}

/** Refuses before anything is written when an object's namespace doesn't fit its kind. */
async function checkScopes(member: Member, desired: Desired, stop: AbortSignal): Promise<void> {
  for (const { object } of desired.objects.values()) {
    const namespaced = await member.port.isNamespaced(object, stop);
    if (namespaced === undefined) continue;
    const has = object.metadata.namespace !== undefined;
    if (namespaced === has) continue;
    const fault = has ? 'has a namespace, and its kind takes none' : 'has no namespace';
    throw new ClusterError('rejected', `${describeObject(object)} ${fault}`);
  }
}
