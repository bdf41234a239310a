import type { KubeObject } from '#model/object.ts';
import { isDefinition } from '#model/replacement.ts';
import { healthOf } from '../health/health.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import type { Gate } from '../plan/gate.ts';
import { type ActionOutcome, done, failure, type Result, waiting } from '../plan/outcome.ts';
import type { PlannedAction } from '../plan/plan.ts';
import { applyChange, correctDrift } from './apply.ts';
import { leave, pauseOf } from './leave.ts';
import { detach, prune, release } from './remove.ts';

/** Carries out one action, unless it has to wait, and tells of it. Trouble with the object becomes its outcome. */
export async function attempt(
  member: Member,
  action: PlannedAction,
  gate: Gate,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const outcome =
    gate.blocked(action) ??
    (await member.limiter
      .run(() => act(member, action, stop), stop)
      .catch((error: unknown) => failure(action.key, error)));
  tell(member, outcome);
  if (action.type === 'apply' && isDefinition(action.desired.object)) {
    if (outcome.entry !== undefined) await established(member, action.desired.object, stop);
  }
  return outcome;
}

/** Tells of an object that something was done with, or that needs somebody. */
export function tell(member: Member, { key, result, message }: ActionOutcome): void {
  if (silent.has(result)) return;
  member.report({ type: 'object', cluster: member.name, key, result, message });
}

const silent: ReadonlySet<Result> = new Set<Result>(['unchanged', 'gone', 'suspended', 'drifted']);

async function act(
  member: Member,
  action: PlannedAction,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  switch (action.type) {
    case 'forget':
      return { ...done(action.key, 'gone'), gone: true };
    case 'wait':
      // Its end comes as a watch event.
      if (!action.wanted) return done(action.key, 'gone');
      return waiting(action.key, 'is being deleted');
    case 'suspend':
      return done(action.key, 'suspended');
    case 'leave':
      return leave(member, action, stop);
    case 'postpone':
      return { ...done(action.key, 'postponed'), message: action.reason, ...pauseOf(action) };
    case 'hold':
      return { ...done(action.key, 'held'), message: action.reason };
    case 'detach':
      return detach(member, action, stop);
    case 'release':
      return release(member, action.key, stop);
    case 'prune':
      return prune(member, action, stop);
    case 'apply':
      return action.cause === 'changed' || action.cause === 'unsure'
        ? applyChange(member, action, stop)
        : correctDrift(member, action, stop);
  }
}

/** How long a CRD or namespace may take to become usable, and how often it is looked at. */
const establishMs = 30_000;
const lookMs = 100;

/** Waits until others can be applied that need this definition; they fail clearly if it doesn't. */
async function established(member: Member, object: KubeObject, stop: AbortSignal): Promise<void> {
  const deadline = member.clock.now() + establishMs;
  while (member.clock.now() < deadline) {
    const live = await member.port.read(refFor(object), stop);
    if (live === undefined || healthOf(live).status !== 'InProgress') break;
    if (stop.aborted) break;
    await member.clock.sleep(lookMs, stop).catch(() => {});
  }
  member.port.forgetKinds();
}
