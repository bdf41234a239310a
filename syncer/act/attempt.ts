import type { KubeObject, ObjectKey } from '#model/object.ts';
import type { Overrun } from '#model/overruns.ts';
import { isDefinition } from '#model/replacement.ts';
import { ClusterError } from '../cluster-error.ts';
import type { Desired } from '../desired/desired.ts';
import { healthOf } from '../health/health.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import type { Gate } from '../plan/gate.ts';
import { saysTaken } from '../plan/obstacle.ts';
import { type ActionOutcome, done, failure, type Result, waiting } from '../plan/outcome.ts';
import { isCorrection, type PlannedAction } from '../plan/plan.ts';
import { applyChange, correctDrift } from './apply.ts';
import { makeWay } from './make-way.ts';
import { abandon, prune, release } from './remove.ts';
import { pauseOf, reportDrift } from './report-drift.ts';
import type { Turn } from './turn.ts';
import { schemaOutcome } from './unknown-fields.ts';
import { despiteConflicts } from './write-conflict.ts';

/** Carries out one action unless it must wait, and reports its outcome. An object's error becomes its outcome. */
export async function attempt(
  turn: Turn,
  action: PlannedAction,
  gate: Gate,
): Promise<ActionOutcome> {
  const { member, stop } = turn;
  const outcome = gate.blocked(action) ?? (await actAlone(turn, action, gate));
  reportOutcome(member, outcome);
  if (action.type === 'apply' && isDefinition(action.desired.object)) {
    const { entry, result } = outcome;
    const { object } = action.desired;
    if (entry !== undefined) await established(member, object, stop);
    const hasChanged = entry !== undefined && (result !== 'unchanged' || isCorrection(action));
    if (hasChanged) member.definitions.note(object);
  }
  return outcome;
}

/** Carries out an action so that its failure or delay concerns no other object. */
async function actAlone(turn: Turn, action: PlannedAction, gate: Gate): Promise<ActionOutcome> {
  const { member, stop } = turn;
  const { limiter, underWay, rejections, clock } = member;
  const { key } = action;
  const id = idOf(action);
  const earlier = rejections.earlier(key, id, clock.now());
  if (earlier !== undefined) return earlier;
  const actNow = () => despiteConflicts(() => actOrMakeWay(turn, action, gate), stop);
  const run = () => underWay.run({ key, id }, actNow, stop);
  try {
    const outcome = await limiter.run(run, stop);
    if (!outcome.isUnderWay) rejections.succeeded(key);
    return outcome;
  } catch (error) {
    return failed(turn, { key, id }, error);
  }
}

/** Carries out an action. If an object that left Git is in its way, deletes that object first. */
async function actOrMakeWay(turn: Turn, action: PlannedAction, gate: Gate): Promise<ActionOutcome> {
  try {
    return await act(turn, action);
  } catch (error) {
    if (action.type !== 'apply' || !(error instanceof ClusterError)) throw error;
    const way = await makeWay(turn, action, error, gate);
    if (way === undefined) throw error;
    return way.type === 'free' ? act(turn, action) : way.outcome;
  }
}

/** Identifies what an action does, so that a later turn recognises the same action. */
function idOf(action: PlannedAction): string {
  if (action.type === 'apply') return `apply ${action.desired.digest}`;
  return action.type === 'prune' ? `prune ${action.uid}` : action.type;
}

/**
 * Returns the outcome of a failed action.
 *
 * @throws ClusterError if the cluster answers nothing, because the other objects would fail too
 */
async function failed(
  turn: Turn,
  { key, id }: { readonly key: ObjectKey; readonly id: string },
  error: unknown,
): Promise<ActionOutcome> {
  if (!(error instanceof ClusterError)) throw error;
  const { member, stop } = turn;
  const { reachability, rejections, clock } = member;
  const known = waitsForRoom(member, key, error) ?? (await schemaOutcome(turn, key, error));
  if (known !== undefined) return known;
  const outcome = failure(key, error);
  const isSilent = error.reason === 'unreachable';
  if (!isSilent && !isServerFault(error)) return outcome;
  if (!(await reachability.isAnswering(stop))) {
    if (isSilent) throw error;
    return outcome;
  }
  const lasting = rejections.failed(outcome, id, error, clock.now());
  return lasting === undefined || mayStart(member, error) ? outcome : lasting;
}

function isServerFault({ status = 0 }: ClusterError): boolean {
  return status >= 500;
}

/** Reports whether an object may be rejected only because the server of a webhook is still starting. */
function mayStart({ cache }: Member, { message }: ClusterError): boolean {
  if (!message.includes('webhook')) return false;
  return cache.objects.values().some(({ health }) => health.status === 'InProgress');
}

/** Returns an outcome if the API server still counts an object that the syncer deleted for this one. */
function waitsForRoom(
  { replacements, clock }: Member,
  key: ObjectKey,
  error: ClusterError,
): ActionOutcome | undefined {
  if (!saysTaken(error) || !replacements.isRecent(key, clock.now())) return undefined;
  return {
    ...waiting(key, `waits for the deletion of the old object: ${error.message}`),
    keepsRest: true,
  };
}

/** Reports an object that an action changed, or that needs attention. */
export function reportOutcome(
  member: Member,
  { key, result, message, isOverBudget }: ActionOutcome,
): void {
  if ((unreported.has(result) && message === '') || isOverBudget) return;
  member.report({ type: 'object', cluster: member.name, key, result, message });
}

/** Reports what authors should change in objects that the syncer applies. */
export function reportWarnings({ name: cluster, report }: Member, { objects }: Desired): void {
  for (const { key, warning: message } of objects.values()) {
    if (message !== undefined) report({ type: 'warning', cluster, key, message });
  }
}

/** Reports an exceeded limit of the deletion budget, once for all deletions that it holds. */
export function reportOverrun({ name: cluster, report }: Member, overrun: Overrun): void {
  const { held, found, total, of, allowed, setting } = overrun;
  report({ type: 'held', cluster, held, found, total, of, allowed, setting });
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
      return { ...done(action.key, 'gone'), gone: true, ...action.rest };
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
    case 'hold': {
      const { key, reason: message, isOverBudget, pauseMs } = action;
      const pause = pauseMs === undefined ? {} : { pauseMs };
      return { ...done(key, 'held'), message, ...(isOverBudget && { isOverBudget }), ...pause };
    }
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
    const live = await member.port.read(refFor(object), stop).catch(ignoreFailure);
    if (live === undefined || healthOf(live).status !== 'InProgress') break;
    if (stop.aborted) break;
    await member.clock.sleep(pollMs, stop).catch(() => {});
  }
  member.port.forgetKinds();
}

function ignoreFailure(error: unknown): undefined {
  if (!(error instanceof ClusterError)) throw error;
  return undefined;
}
