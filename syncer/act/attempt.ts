import type { KubeObject } from '#model/object.ts';
import { isDefinition } from '#model/replacement.ts';
import { healthOf } from '../health/health.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import type { Gate } from '../plan/gate.ts';
import { type ActionOutcome, done, failure, type Result, waiting } from '../plan/outcome.ts';
import { isCorrection, type PlannedAction } from '../plan/plan.ts';
import { applyChange, correctDrift } from './apply.ts';
import { abandon, prune, release } from './remove.ts';
import { pauseOf, reportDrift } from './report-drift.ts';
import type { Turn } from './turn.ts';

/** Carries out one action unless it must wait, and reports its outcome. An object's error becomes its outcome. */
export async function attempt(
  turn: Turn,
  action: PlannedAction,
  gate: Gate,
): Promise<ActionOutcome> {
  const { member, stop } = turn;
  const outcome =
    gate.blocked(action) ??
    (await member.limiter
      .run(() => act(turn, action), stop)
      .catch((error: unknown) => failure(action.key, error)));
  reportOutcome(member, outcome);
  if (action.type === 'apply' && isDefinition(action.desired.object)) {
    if (outcome.entry !== undefined) await established(member, action.desired.object, stop);
  }
  return outcome;
}

/** Reports an object that an action changed, or that needs attention. */
export function reportOutcome(member: Member, { key, result, message }: ActionOutcome): void {
  if (unreported.has(result)) return;
  member.report({ type: 'object', cluster: member.name, key, result, message });
}

const unreported: ReadonlySet<Result> = new Set<Result>([
  'unchanged',
  'gone',
  'suspended',
  'drifted',
]);

async function act(turn: Turn, action: PlannedAction): Promise<ActionOutcome> {
  switch (action.type) {
    case 'forget':
      return { ...done(action.key, 'gone'), gone: true };
    case 'wait':
      // A watch event reports the end of the deletion.
      if (!action.isDesired) return done(action.key, 'gone');
      return waiting(action.key, 'is being deleted');
    case 'suspend':
      return done(action.key, 'suspended');
    case 'report-drift':
      return reportDrift(turn, action);
    case 'postpone':
      return { ...done(action.key, 'postponed'), message: action.reason, ...pauseOf(action) };
    case 'hold':
      return { ...done(action.key, 'held'), message: action.reason };
    case 'abandon':
      return abandon(turn, action);
    case 'release':
      return release(turn, action.key);
    case 'prune':
      return prune(turn, action);
    case 'apply':
      return isCorrection(action) ? correctDrift(turn, action) : applyChange(turn, action);
  }
}

/** Maximum time until a CRD or namespace becomes usable, and the interval between reads; milliseconds. */
const establishMs = 30_000;
const pollMs = 100;

/** Waits until a definition is usable. After a timeout, the applies that need it report clear errors. */
async function established(member: Member, object: KubeObject, stop: AbortSignal): Promise<void> {
  const deadline = member.clock.now() + establishMs;
  while (member.clock.now() < deadline) {
    const live = await member.port.read(refFor(object), stop);
    if (live === undefined || healthOf(live).status !== 'InProgress') break;
    if (stop.aborted) break;
    await member.clock.sleep(pollMs, stop).catch(() => {});
  }
  member.port.forgetKinds();
}
