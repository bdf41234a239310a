import type { DesiredObject } from '../desired/desired-object.ts';
import { refFor } from '../object-ref.ts';
import type { FoundDrift } from '../plan/drifts.ts';
import { type ActionOutcome, done } from '../plan/outcome.ts';
import type { Action } from '../plan/plan.ts';
import { findDrift } from './dry-run.ts';
import type { Turn } from './turn.ts';

/** Interval at which the syncer checks whether a change window opened, in milliseconds. */
const windowMs = 60_000;

/** Returns when to try again what only waits for a change window. */
export function pauseOf({ untilWindow }: { readonly untilWindow: boolean }): {
  readonly pauseMs?: number;
} {
  return untilWindow ? { pauseMs: windowMs } : {};
}

/** Reports what another manager changed or deleted, without correcting it, unless it was reported before. */
export async function reportDrift(
  turn: Turn,
  action: Extract<Action, { readonly type: 'report-drift' }>,
): Promise<ActionOutcome> {
  const { key, desired } = action;
  const { drifts, cache, name: cluster, report } = turn.member;
  const seen = cache.objects.get(key)?.resourceVersion ?? '';
  if (drifts.found(key, seen) === undefined) {
    const fresh = drifts.note(key, seen, await inspectDrift(turn, desired));
    const deleted = fresh === 'deleted';
    const event = { type: 'drift', cluster, key, deleted, reportOnly: true } as const;
    if (fresh !== undefined) report({ ...event, changes: deleted ? [] : fresh });
  }
  return drifts.found(key, seen)
    ? { ...done(key, 'drifted'), ...pauseOf(action) }
    : done(key, 'unchanged');
}

async function inspectDrift(turn: Turn, desired: DesiredObject): Promise<FoundDrift> {
  const live = await turn.member.port.read(refFor(desired.object), turn.stop);
  return live === undefined ? 'deleted' : findDrift(turn, desired, live);
}
