/** Carries out the `apply` actions of a plan: what Git has changed, and what others have. */
import { gvkOf, type KubeObject } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { DesiredObject } from '../desired/desired.ts';
import type { InventoryEntry } from '../inventory/inventory.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import type { CachedObject } from '../observe/cached-object.ts';
import { additionsTo, type DriftedField, driftOf } from '../observe/drift.ts';
import { fingerprintOf } from '../observe/fingerprint.ts';
import { asMember } from '../ownership/applyset.ts';
import { foreignReason, ownedFieldsOf } from '../ownership/managed-fields.ts';
import { leftoversOf, reclaimFields } from '../ownership/reclaim.ts';
import { noAbort } from '../pace/no-abort.ts';
import { hasRules, type Ruling, ruleOn } from '../plan/field-rules.ts';
import { isNoOpApply } from '../plan/no-op.ts';
import { type ActionOutcome, done, waiting } from '../plan/outcome.ts';
import type { Action } from '../plan/plan.ts';
import { retainLiveReplicas, retainsReplicas } from '../plan/retain.ts';
import { makeRoom } from './replace.ts';
import { ownStrayDefaults } from './stray-defaults.ts';

export type Apply = Extract<Action, { readonly type: 'apply' }>;

/** Applies what Git has changed, unless the object there is somebody else's. */
export async function applyChange(
  member: Member,
  action: Apply,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const { key, desired } = action;
  const observed = member.cache.objects.get(key);
  if (observed !== undefined && isPlain(member, action, observed)) {
    return apply(member, action, desired.object, observed.resourceVersion);
  }
  if (action.notFound === true) return write(member, action, desired.object, undefined);
  const live = await member.port.read(refFor(desired.object), stop);
  if (live === undefined) return apply(member, action, desired.object, undefined);
  const reason = observed === undefined && foreignReason(desired.object, live);
  if (reason) return { ...done(key, 'refused'), message: reason };
  const prepared = await prepare(member, desired.object, live, stop);
  if (prepared.type === 'abort') return { ...done(key, 'refused'), message: prepared.reason };
  const { wanted } = prepared;
  // What is not certain is looked at first: a write that changes nothing would still be one.
  if (action.cause === 'unsure') {
    const merged = await dryRun(member, wanted, stop);
    if (merged !== undefined && isNoOpApply(wanted, prepared.live, merged)) {
      return { ...done(key, 'unchanged'), entry: entryOf(desired, fingerprintOf(prepared.live)) };
    }
  }
  return apply(member, action, wanted, live.metadata.resourceVersion);
}

/** Whether applying it needs no look at the live object: Git has changed it, and all of it counts. */
function isPlain(
  { settings }: Member,
  { cause, desired: { object } }: Apply,
  { touched }: CachedObject,
): boolean {
  const whole = !retainsReplicas(object) && !hasRules(object, settings.fields);
  return cause === 'changed' && !touched && whole;
}

/** Puts right what somebody else changed or deleted, and says who and what. */
export async function correctDrift(
  member: Member,
  action: Apply,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const { key, desired } = action;
  const pauseMs = member.fights.pauseMs(key, member.clock.now());
  if (pauseMs > 0) {
    const message = `is changed again and again by others; next correction in ${Math.ceil(pauseMs / 1000)} s`;
    return { ...waiting(key, message), pauseMs };
  }
  const live = await member.port.read(refFor(desired.object), stop);
  if (live === undefined) {
    const outcome = await apply(member, action, desired.object, undefined);
    member.fights.corrected(key, member.clock.now());
    member.report({ type: 'drift', cluster: member.name, key, deleted: true, changes: [] });
    return { ...outcome, result: 'unchanged' };
  }
  return correctFields(member, action, live, stop);
}

async function correctFields(
  member: Member,
  action: Apply,
  found: KubeObject,
  stop: AbortSignal,
): Promise<ActionOutcome> {
  const { key, desired } = action;
  const prepared = await prepare(member, desired.object, found, stop);
  if (prepared.type === 'abort') return { ...done(key, 'refused'), message: prepared.reason };
  const { wanted, live } = prepared;
  const merged = await dryRun(member, wanted, stop);
  if (merged !== undefined && isNoOpApply(wanted, live, merged)) {
    return { ...done(key, 'unchanged'), entry: entryOf(desired, fingerprintOf(live)) };
  }
  const changes = merged === undefined ? [] : driftOf(found, merged);
  const outcome = await apply(member, action, wanted, live.metadata.resourceVersion);
  // An autoscaler at work is no fight.
  if (changes.length > 0 || !retainsReplicas(wanted)) {
    member.fights.corrected(key, member.clock.now());
  }
  if (changes.length > 0) {
    member.report({ type: 'drift', cluster: member.name, key, deleted: false, changes });
  }
  // The report of the drift has said it.
  return { ...outcome, result: 'unchanged' };
}

/** What others have changed in a live object, as far as the rules don't yield it to them. */
export async function findDrift(
  member: Member,
  object: KubeObject,
  live: KubeObject,
  stop: AbortSignal,
): Promise<readonly DriftedField[]> {
  const ruling = ruleOn(object, live, member.settings.fields);
  if (ruling.type === 'abort') return [];
  const { wanted, yieldedTo } = ruling;
  const merged = await dryRun(member, retainLiveReplicas(wanted, live), stop);
  const added = additionsTo(wanted, live, leftoversOf(live, yieldedTo));
  return merged === undefined ? added : [...driftOf(live, merged), ...added];
}

type Prepared =
  | { readonly type: 'apply'; readonly wanted: KubeObject; readonly live: KubeObject }
  | Extract<Ruling, { readonly type: 'abort' }>;

/** Makes ours what tools of people have left in the object, and keeps what its cluster decides. */
async function prepare(
  member: Member,
  object: KubeObject,
  found: KubeObject,
  stop: AbortSignal,
): Promise<Prepared> {
  const ruling = ruleOn(object, found, member.settings.fields);
  if (ruling.type === 'abort') return ruling;
  const { yieldedTo } = ruling;
  const leftovers = leftoversOf(found, yieldedTo);
  const lost = await lostVersion(member, object, found, stop);
  const live =
    leftovers.length === 0 && !lost
      ? found
      : await member.port.patchManagedFields(
          found,
          reclaimFields(found, object.apiVersion, yieldedTo),
          noAbort,
        );
  return { type: 'apply', wanted: retainLiveReplicas(ruling.wanted, live), live };
}

/** Whether we own fields by an API version that is gone: the server would forget that they are ours. */
async function lostVersion(
  member: Member,
  { apiVersion, kind }: KubeObject,
  live: KubeObject,
  stop: AbortSignal,
): Promise<boolean> {
  const owned = ownedFieldsOf(live)?.apiVersion ?? apiVersion;
  if (owned === apiVersion) return false;
  return (await member.port.isNamespaced({ apiVersion: owned, kind }, stop)) === undefined;
}

/** What an apply would give; undefined when it would have to change what only `apply` can make room for. */
async function dryRun(
  member: Member,
  object: KubeObject,
  stop: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return (await member.port.apply(asMember(object), { dryRun: true }, stop)).object;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.reason === 'immutable' || error.forbiddenFields.length > 0) return undefined;
    throw error;
  }
}

/** @param wanted - the desired object, with what its cluster keeps */
async function apply(
  member: Member,
  action: Apply,
  wanted: KubeObject,
  before: unknown,
): Promise<ActionOutcome> {
  try {
    return await write(member, action, wanted, before);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (await ownStrayDefaults(member, wanted, error)) return write(member, action, wanted, before);
    if (error.reason !== 'immutable') throw error;
    const freed = await makeRoom(member, action.desired, error);
    if (freed === 'gone') return write(member, action, action.desired.object, undefined);
    return waiting(action.key, `is being replaced: ${error.message}`);
  }
}

async function write(
  member: Member,
  action: Apply,
  wanted: KubeObject,
  before: unknown,
): Promise<ActionOutcome> {
  const { key, desired } = action;
  // Who has made it meanwhile keeps it: that is a conflict, and looked at the next time.
  const how = { dryRun: false, force: action.notFound !== true };
  const applied = await member.port.apply(asMember(wanted), how, noAbort);
  const { object, created } = applied;
  const { fields } = member.cache.note(object);
  const changed = created || object.metadata.resourceVersion !== before;
  const result = created ? 'created' : changed ? 'configured' : 'unchanged';
  return { ...done(key, result), entry: entryOf(desired, fields) };
}

function entryOf({ object, digest }: DesiredObject, fields: string): InventoryEntry {
  return { version: gvkOf(object).version, digest, fields };
}
