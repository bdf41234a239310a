import type { DesiredObject } from '../desired/desired.ts';
import { refFor } from '../object-ref.ts';
import type { DriftedField } from '../observe/drift.ts';
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

/** Reports what another manager changed or deleted, without correcting it. */
export async function reportDrift(
  turn: Turn,
  action: Extract<Action, { readonly type: 'report-drift' }>,
): Promise<ActionOutcome> {
  const { key, desired } = action;
  const { drifts, cache, name: cluster, report } = turn.member;
  const seen = cache.objects.get(key)?.resourceVersion ?? '';
  const drifted = drifts.found(key, seen) ?? (await reportIfDrifted());
  drifts.note(key, seen, drifted);
  return drifted ? { ...done(key, 'drifted'), ...pauseOf(action) } : done(key, 'unchanged');

  async function reportIfDrifted(): Promise<boolean> {
    const found = await inspectDrift(turn, desired);
    const deleted = found === 'deleted';
    const changes = deleted ? [] : found;
    if (!deleted && changes.length === 0) return false;
    report({ type: 'drift', cluster, key, deleted, reportOnly: true, changes });
    return true;
  }
}

async function inspectDrift(
  turn: Turn,
  desired: DesiredObject,
): Promise<readonly DriftedField[] | 'deleted'> {
  const live = await turn.member.port.read(refFor(desired.object), turn.stop);
  return live === undefined ? 'deleted' : findDrift(turn, desired, live);
}
