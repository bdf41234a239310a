/** Carries out what a plan says of objects that left Git. */
import type { ObjectKey } from '#model/object.ts';
import { refOf } from '../inventory/inventory.ts';
import type { Member } from '../member.ts';
import { partOfLabel } from '../ownership/applyset.ts';
import { noAbort } from '../pace/no-abort.ts';
import { type ActionOutcome, done } from '../plan/outcome.ts';
import type { Action } from '../plan/plan.ts';
import type { ObjectRef } from '../ports/cluster.ts';
import { lostWith } from './foreign.ts';

/** Deletes the object that has the planned uid, unless others would be lost with it. */
export async function prune(
  member: Member,
  { key, uid }: Extract<Action, { readonly type: 'prune' }>,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const ref = await refOfKey(member, key, stop);
  const reason = await lostWith(member.port, ref, stop);
  if (reason !== undefined) return { ...done(key, 'held'), message: reason };
  const how = await member.port.delete(ref, uid, noAbort);
  member.cache.noteDeleted(key, how);
  return { ...done(key, 'pruned'), gone: how === 'gone' };
}

/** Takes our label off, and leaves everything else: the object is nobody's from now on. */
export async function detach(
  member: Member,
  { key, uid, reason }: Extract<Action, { readonly type: 'detach' }>,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const ref = await refOfKey(member, key, stop);
  await member.port.removeLabel({ ref, uid, label: partOfLabel }, noAbort);
  member.cache.noteDeleted(key, 'gone');
  return { ...done(key, 'kept'), message: reason, gone: true };
}

/** Gives up our fields, the label among them, by applying nothing but the object's name. */
export async function release(
  member: Member,
  key: ObjectKey,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const { apiVersion, kind, name, namespace } = await refOfKey(member, key, stop);
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  await member.port.apply({ apiVersion, kind, metadata }, { dryRun: false }, noAbort);
  return { ...done(key, 'released'), gone: true };
}

async function refOfKey(member: Member, key: ObjectKey, stop: AbortSignal): Promise<ObjectRef> {
  const entry = (await member.inventory(stop)).get(key);
  if (entry === undefined) throw new Error(`${key} is not in the inventory`);
  return refOf(key, entry);
}
