import type { DesiredObject } from '../desired/desired.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import type { DriftedField } from '../observe/drift.ts';
import { type ActionOutcome, done } from '../plan/outcome.ts';
import type { Action } from '../plan/plan.ts';
import { findDrift } from './apply.ts';

/** How often a change window is looked at, in milliseconds. */
const windowMs = 60_000;

/** When to look again at what is only left until a change window opens. */
export function pauseOf({ passing }: { readonly passing: boolean }): { readonly pauseMs?: number } {
  return passing ? { pauseMs: windowMs } : {};
}

/** Tells what somebody has changed or deleted, and leaves it so. */
export async function leave(
  member: Member,
  action: Extract<Action, { readonly type: 'leave' }>,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const { key, desired } = action;
  const { drifts, cache, name: cluster } = member;
  const seen = cache.objects.get(key)?.resourceVersion ?? '';
  const drifted = drifts.found(key, seen) ?? (await tellDrift());
  drifts.note(key, seen, drifted);
  return drifted ? { ...done(key, 'drifted'), ...pauseOf(action) } : done(key, 'unchanged');

  async function tellDrift(): Promise<boolean> {
    const found = await lookAt(member, desired, stop);
    const deleted = found === 'deleted';
    const changes = deleted ? [] : found;
    if (!deleted && changes.length === 0) return false;
    member.report({ type: 'drift', cluster, key, deleted, left: true, changes });
    return true;
  }
}

async function lookAt(
  member: Member,
  { object }: DesiredObject,
  stop: AbortSignal,
): Promise<readonly DriftedField[] | 'deleted'> {
  const live = await member.port.read(refFor(object), stop);
  if (live === undefined) return 'deleted';
  return findDrift(member, object, live, stop);
}
