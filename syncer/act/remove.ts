/** Carries out the actions on objects that left Git. */
import type { ObjectKey } from '#model/object.ts';
import { refOf } from '../inventory/inventory.ts';
import type { Member } from '../member.ts';
import { partOfLabel } from '../ownership/applyset.ts';
import { noAbort } from '../pace/no-abort.ts';
import { type ActionOutcome, done } from '../plan/outcome.ts';
import type { Action } from '../plan/plan.ts';
import type { ObjectRef } from '../ports/cluster.ts';
import { lostWith } from './foreign.ts';
import type { Turn } from './turn.ts';

/** Deletes the object with the planned uid, unless its deletion would delete objects that are not Regatta's. */
export async function prune(
  { member, stop }: Turn,
  { key, uid }: Extract<Action, { readonly type: 'prune' }>,
): Promise<ActionOutcome> {
  const ref = await refOfKey(member, key, stop);
  const reason = await lostWith(member.port, ref, stop);
  if (reason !== undefined) return { ...done(key, 'held'), message: reason };
  const how = await member.port.delete(ref, uid, noAbort);
  member.cache.noteDeleted(key, how);
  return { ...done(key, 'pruned'), gone: how === 'gone' };
}

/** Removes Regatta's label and nothing else: Regatta stops managing the object. */
export async function abandon(
  { member, stop }: Turn,
  { key, uid, reason }: Extract<Action, { readonly type: 'abandon' }>,
): Promise<ActionOutcome> {
  const ref = await refOfKey(member, key, stop);
  await member.port.removeLabel({ ref, uid, label: partOfLabel }, noAbort);
  member.cache.noteDeleted(key, 'gone');
  return { ...done(key, 'abandoned'), message: reason, gone: true };
}

/** Gives up Regatta's fields, including the label, by applying only the object's identity. */
export async function release({ member, stop }: Turn, key: ObjectKey): Promise<ActionOutcome> {
  const { apiVersion, kind, name, namespace } = await refOfKey(member, key, stop);
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  await member.port.apply({ apiVersion, kind, metadata }, { dryRun: false }, noAbort);
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
