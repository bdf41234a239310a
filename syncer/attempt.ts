import { gvkOf, type KubeObject, type ObjectKey } from '#model/object.ts';
import { asMember } from './applyset.ts';
import { driftOf, type FieldChange } from './drift.ts';
import type { Result } from './events.ts';
import { healthOf } from './health.ts';
import { type InventoryEntry, refOf } from './inventory.ts';
import { type Member, unstoppable } from './member.ts';
import { isDefinition } from './order.ts';
import { fingerprintOf, foreignReason } from './ownership.ts';
import type { Action } from './plan.ts';
import { ClusterError } from './ports.ts';
import { retainsReplicas, withRetained } from './retain.ts';

/** What became of one action. */
export interface ActionOutcome {
  readonly key: ObjectKey;
  readonly result: Result;
  /** Why, of refused, failed and waiting; '' otherwise. */
  readonly message: string;
  /** It may work when tried again as it is. */
  readonly retry: boolean;
  /** Milliseconds until it may be tried again. */
  readonly pauseMs?: number;
  /** How the object was left, for the inventory. */
  readonly entry?: InventoryEntry;
  /** Nothing of ours is there any more. */
  readonly gone?: boolean;
}

type Apply = Extract<Action, { readonly type: 'apply' }>;

/** Carries out one action and tells of it. Trouble with the object becomes its outcome. */
export async function attempt(
  member: Member,
  action: Action,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const outcome = await act(member, action, stop).catch((error: unknown) =>
    failure(action.key, error),
  );
  if (outcome.result !== 'unchanged' && outcome.result !== 'gone') {
    const { key, result, message } = outcome;
    member.report({ type: 'object', cluster: member.name, key, result, message });
  }
  if (action.type === 'apply' && isDefinition(action.desired.object)) {
    if (outcome.entry !== undefined) await established(member, action.desired.object, stop);
  }
  return outcome;
}

async function act(member: Member, action: Action, stop: AbortSignal): Promise<ActionOutcome> {
  switch (action.type) {
    case 'unchanged':
      return done(action.key, 'unchanged');
    case 'forget':
      return { ...done(action.key, 'gone'), gone: true };
    case 'wait':
      // Its end comes as a watch event.
      if (!action.wanted) return done(action.key, 'gone');
      return { ...done(action.key, 'waiting'), message: 'is being deleted', retry: true };
    case 'release':
      return release(member, action.key, stop);
    case 'prune':
      return prune(member, action, stop);
    case 'apply':
      return action.cause === 'changed'
        ? bringIn(member, action, stop)
        : correct(member, action, stop);
  }
}

/** Applies what Git has changed, unless the object there is somebody else's. */
async function bringIn(member: Member, action: Apply, stop: AbortSignal): Promise<ActionOutcome> {
  const { key, desired } = action;
  const { object } = desired;
  const observed = member.view.objects.get(key);
  if (observed !== undefined && !retainsReplicas(object)) {
    return apply(member, action, object, observed.resourceVersion);
  }
  const live = await member.port.read(refFor(object), stop);
  const reason = observed === undefined && live && foreignReason(object, live);
  if (reason) return { ...done(key, 'refused'), message: reason };
  return apply(member, action, withRetained(object, live), live?.metadata.resourceVersion);
}

/** Puts right what somebody else changed or deleted, and says who and what. */
async function correct(member: Member, action: Apply, stop: AbortSignal): Promise<ActionOutcome> {
  const { key, desired } = action;
  const pauseMs = member.fights.pauseMs(key, member.clock.now());
  if (pauseMs > 0) {
    const message = `is changed again and again by others; next correction in ${Math.ceil(pauseMs / 1000)} s`;
    return { ...done(key, 'waiting'), message, retry: true, pauseMs };
  }
  const live = await member.port.read(refFor(desired.object), stop);
  const wanted = withRetained(desired.object, live);
  const changes = live === undefined ? [] : await compare(member, wanted, live, stop);
  const outcome = await apply(member, action, wanted, live?.metadata.resourceVersion);
  // An autoscaler at work is no fight.
  if (changes.length > 0 || !retainsReplicas(wanted)) {
    member.fights.corrected(key, member.clock.now());
  }
  if (live === undefined || changes.length > 0) {
    const deleted = live === undefined;
    member.report({ type: 'drift', cluster: member.name, key, deleted, changes });
  }
  // The report of the drift has said it.
  return { ...outcome, result: 'unchanged' };
}

async function compare(
  member: Member,
  object: KubeObject,
  live: KubeObject,
  stop: AbortSignal,
): Promise<readonly FieldChange[]> {
  const merged = await member.port.apply(asMember(object), { dryRun: true }, stop);
  return driftOf(live, merged.object);
}

/** @param wanted - the desired object, with what its cluster keeps */
async function apply(
  member: Member,
  { key, desired }: Apply,
  wanted: KubeObject,
  before: unknown,
): Promise<ActionOutcome> {
  const applied = await member.port.apply(asMember(wanted), { dryRun: false }, unstoppable);
  const { object, created } = applied;
  member.view.note(object);
  const changed = created || object.metadata.resourceVersion !== before;
  const { version } = gvkOf(desired.object);
  const entry = { version, digest: desired.digest, fields: fingerprintOf(object) };
  return { ...done(key, created ? 'created' : changed ? 'configured' : 'unchanged'), entry };
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

async function prune(
  member: Member,
  { key, uid }: Extract<Action, { readonly type: 'prune' }>,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const how = await member.port.delete(await refOfKey(member, key, stop), uid, unstoppable);
  member.view.noteDeleted(key, how);
  return { ...done(key, 'pruned'), gone: how === 'gone' };
}

/** Gives up our fields, the label among them, by applying nothing but the object's name. */
async function release(member: Member, key: ObjectKey, stop: AbortSignal): Promise<ActionOutcome> {
  const { apiVersion, kind, name, namespace } = await refOfKey(member, key, stop);
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  await member.port.apply({ apiVersion, kind, metadata }, { dryRun: false }, unstoppable);
  return { ...done(key, 'released'), gone: true };
}

async function refOfKey(member: Member, key: ObjectKey, stop: AbortSignal) {
  const entry = (await member.inventory(stop)).get(key);
  if (entry === undefined) throw new Error(`${key} is not in the inventory`);
  return refOf(key, entry);
}

function refFor({ apiVersion, kind, metadata: { name, namespace } }: KubeObject) {
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}

function done(key: ObjectKey, result: Result): ActionOutcome {
  return { key, result, message: '', retry: false };
}

function failure(key: ObjectKey, error: unknown): ActionOutcome {
  if (!(error instanceof ClusterError)) throw error;
  // A cluster that doesn't answer fails the whole turn: the other objects would fare no better.
  if (error.reason === 'unreachable') throw error;
  const retry = error.reason !== 'rejected';
  return { ...done(key, 'failed'), message: error.message, retry };
}
