/** Carries out what a plan says of objects that left Git. */
import type { ObjectKey } from '#model/object.ts';
import { refOf } from './inventory.ts';
import { type Member, unstoppable } from './member.ts';
import { type ActionOutcome, done } from './outcome.ts';
import type { Action } from './plan.ts';
import type { ObjectRef } from './ports.ts';

/** Deletes the object that has the planned uid. */
export async function prune(
  member: Member,
  { key, uid }: Extract<Action, { readonly type: 'prune' }>,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const how = await member.port.delete(await refOfKey(member, key, stop), uid, unstoppable);
  member.view.noteDeleted(key, how);
  return { ...done(key, 'pruned'), gone: how === 'gone' };
}

/** Gives up our fields, the label among them, by applying nothing but the object's name. */
export async function release(
  member: Member,
  key: ObjectKey,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const { apiVersion, kind, name, namespace } = await refOfKey(member, key, stop);
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  await member.port.apply({ apiVersion, kind, metadata }, { dryRun: false }, unstoppable);
  return { ...done(key, 'released'), gone: true };
}

async function refOfKey(member: Member, key: ObjectKey, stop: AbortSignal): Promise<ObjectRef> {
  const entry = (await member.inventory(stop)).get(key);
  if (entry === undefined) throw new Error(`${key} is not in the inventory`);
  return refOf(key, entry);
}
