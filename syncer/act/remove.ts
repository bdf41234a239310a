/** Carries out the actions on objects that left Git. */
import { gvkOf, type ObjectKey } from '#model/object.ts';
import { listInventories } from '../identify.ts';
import { confirmMs, departedEntry } from '../inventory/departed.ts';
import { refOf } from '../inventory/inventory.ts';
import type { Member } from '../member.ts';
import { partOfLabel } from '../ownership/applyset.ts';
import { fleetLabel } from '../ownership/names.ts';
import { type ActionOutcome, done } from '../plan/outcome.ts';
import type { Action } from '../plan/plan.ts';
import type { ObjectRef } from '../ports/cluster.ts';
import { noAbort } from '../ports/no-abort.ts';
import { lostWith } from './foreign.ts';
import type { Turn } from './turn.ts';

/** Deletes the object with the planned uid, unless its deletion would delete objects that are not Regatta's. */
export async function prune(
  turn: Turn,
  { key, uid }: Extract<Action, { readonly type: 'prune' }>,
): Promise<ActionOutcome> {
  const { member, stop } = turn;
  const ref = await refOfKey(member, key, stop);
  const reason = (await usedByOther(turn, ref)) ?? (await lostWith(member.port, ref, stop));
  if (reason !== undefined) return { ...done(key, 'held'), message: reason };
  const how = await member.port.delete(ref, uid, noAbort);
  member.cache.noteDeleted(key, how);
  const deleted = done(key, 'pruned');
  if (how === 'deleting') return deleted;
  const { version } = gvkOf(ref);
  const entry = departedEntry({ version, digest: '', fields: '' }, member.now);
  return { ...deleted, gone: true, entry, pauseMs: confirmMs };
}

/**
 * Returns why the syncer must not delete a Namespace in which another fleet has objects, or is about to create
 * some: a fleet saves its inventory before it creates an object.
 */
async function usedByOther(
  { member, settings, stop }: Turn,
  { apiVersion, kind, name }: ObjectRef,
): Promise<string | undefined> {
  const isNamespace = apiVersion === 'v1' && kind === 'Namespace';
  if (!isNamespace || settings.sharedClusters !== 'Allow') return undefined;
  const { applySetId } = member.owner.names;
  const other = (await listInventories(member.port, stop)).find(
    ({ names, namespaces }) => names.applySetId !== applySetId && namespaces.includes(name),
  );
  if (other === undefined) return undefined;
  const fleet =
    other.fleet === undefined ? 'another fleet' : `fleet ${JSON.stringify(other.fleet.name)}`;
  return `${fleet} has objects in it`;
}

/** Removes the fleet's labels and nothing else: the fleet stops managing the object. */
export async function abandon(
  { member, stop }: Turn,
  { key, uid, reason }: Extract<Action, { readonly type: 'abandon' }>,
): Promise<ActionOutcome> {
  const ref = await refOfKey(member, key, stop);
  await member.port.removeLabels({ ref, uid, labels: [partOfLabel, fleetLabel] }, noAbort);
  member.cache.noteDeleted(key, 'gone');
  return { ...done(key, 'abandoned'), message: reason, gone: true };
}

/** Gives up the fleet's fields, including its label, by applying only the object's identity. */
export async function release({ member, stop }: Turn, key: ObjectKey): Promise<ActionOutcome> {
  const ref = await refOfKey(member, key, stop);
  const { apiVersion, kind, name, namespace } = ref;
  // An apply would create the object.
  if ((await member.port.read(ref, stop)) === undefined)
    return { ...done(key, 'gone'), gone: true };
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  const { manager } = member.owner.names;
  await member.port.apply({ apiVersion, kind, metadata }, { dryRun: false, manager }, noAbort);
  return { ...done(key, 'released'), gone: true };
}

/** Returns a reference to an object in the inventory. */
export async function refOfKey(
  member: Member,
  key: ObjectKey,
  stop: AbortSignal,
): Promise<ObjectRef> {
  const entry = (await member.inventory(stop)).get(key);
  if (entry === undefined) throw new Error(`${key} is not in the inventory`);
  return refOf(key, entry);
}
