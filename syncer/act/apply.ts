/** Carries out the `apply` actions of a plan. */
import { gvkOf, type KubeObject } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { DesiredObject } from '../desired/desired-object.ts';
import type { InventoryEntry } from '../inventory/inventory.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import type { CachedObject } from '../observe/cached-object.ts';
import { fingerprintOf } from '../observe/fingerprint.ts';
import { asMember } from '../ownership/applyset.ts';
import { describeTakeOver } from '../ownership/karmada-traces.ts';
import { ownedFieldsOf } from '../ownership/managed-fields.ts';
import { reclaimFields } from '../ownership/reclaim.ts';
import { hasRules } from '../plan/field-rules.ts';
import { type DryRun, judgeDryRun } from '../plan/judge-dry-run.ts';
import { type ActionOutcome, done, waiting } from '../plan/outcome.ts';
import type { Action } from '../plan/plan.ts';
import { type ApplyPlan, planApply } from '../plan/plan-apply.ts';
import { retainLiveReplicas, retainsReplicas } from '../plan/retain.ts';
import { noAbort } from '../ports/no-abort.ts';
import { dryRun } from './dry-run.ts';
import { makeRoom } from './replace.ts';
import { ownStrayDefaults } from './stray-defaults.ts';
import type { Turn } from './turn.ts';
import { compareKept } from './unknown-fields.ts';

export type Apply = Extract<Action, { readonly type: 'apply' }>;

/** Applies an object that Git changed, or whose state in the cluster is uncertain. */
export async function applyChange(turn: Turn, action: Apply): Promise<ActionOutcome> {
  const { member, settings, stop } = turn;
  const { key, desired } = action;
  const labelled = asMember(desired.object, member.owner);
  const cached = member.cache.objects.get(key);
  if (cached !== undefined && isPlain(turn, action, cached)) {
    return apply(turn, action, labelled, cached.resourceVersion);
  }
  if (action.notFound === true) return write(turn, action, labelled, undefined);
  const live = await member.port.read(refFor(desired.object), stop);
  if (live === undefined) return apply(turn, action, labelled, undefined);
  const circumstances = { isManaged: cached !== undefined, claimant: member.claimant };
  const plan = planApply(desired.object, live, { ...circumstances, rules: settings.fields });
  if (plan.type === 'refuse') return { ...done(key, 'refused'), message: plan.reason };
  const { toApply, reclaimed } = await reclaim(turn, desired.object, live, plan);
  // Even a write that changes nothing costs the API server a write: a dry run avoids it.
  if (action.cause === 'unsure') {
    const merged = await dryRun(turn, toApply);
    const { manager } = member.owner.names;
    const dryRunOf = { toApply, live, reclaimed, leftovers: [], merged, manager };
    const verdict = judgeDryRun({ ...dryRunOf, isSecret: desired.isSecret });
    if (verdict.type === 'unchanged') return unchanged(turn, desired, dryRunOf);
  }
  const outcome = await apply(turn, action, toApply, live.metadata.resourceVersion);
  return cached === undefined ? withTakeOver(outcome, live) : outcome;
}

/** Adds to the outcome of a take-over what became of the marks of Karmada. */
function withTakeOver(outcome: ActionOutcome, live: KubeObject): ActionOutcome {
  const note = outcome.entry === undefined ? '' : describeTakeOver(live);
  return { ...outcome, message: [outcome.message, note].filter((text) => text !== '').join('; ') };
}

/** Reports whether the apply needs no look at the live object: Git changed it, and the syncer sends all its fields. */
function isPlain(
  { settings }: Turn,
  { cause, desired: { object } }: Apply,
  { touched }: CachedObject,
): boolean {
  const isWhole = !retainsReplicas(object) && !hasRules(object, settings.fields);
  return cause === 'changed' && !touched && isWhole;
}

/** Corrects what another manager changed or deleted, and reports which manager changed which field. */
export async function correctDrift(turn: Turn, action: Apply): Promise<ActionOutcome> {
  const { member, stop } = turn;
  const { key, desired } = action;
  const pauseMs = member.fights.pauseMs(key, member.clock.now());
  if (pauseMs > 0) {
    const seconds = Math.ceil(pauseMs / 1000);
    const message = `is being changed repeatedly by another manager; backing off for ${seconds} s`;
    return { ...waiting(key, message), pauseMs };
  }
  const live = await member.port.read(refFor(desired.object), stop);
  if (live !== undefined) return correctFields(turn, action, live);
  const labelled = asMember(desired.object, member.owner);
  const outcome = await apply(turn, action, labelled, undefined);
  member.fights.corrected(key, member.clock.now());
  member.report({ type: 'drift', cluster: member.name, key, deleted: true, changes: [] });
  return outcome.entry === undefined ? outcome : { ...outcome, result: 'unchanged' };
}

async function correctFields(turn: Turn, action: Apply, live: KubeObject): Promise<ActionOutcome> {
  const { member, settings } = turn;
  const { key, desired } = action;
  const { claimant } = member;
  const { manager } = member.owner.names;
  const circumstances = { isManaged: true, rules: settings.fields, claimant };
  const plan = planApply(desired.object, live, circumstances);
  if (plan.type === 'refuse') return { ...done(key, 'refused'), message: plan.reason };
  const { toApply, reclaimed } = await reclaim(turn, desired.object, live, plan);
  const merged = await dryRun(turn, toApply);
  const dryRunOf = { toApply, live, reclaimed, leftovers: [], merged, manager };
  const verdict = judgeDryRun({ ...dryRunOf, isSecret: desired.isSecret });
  // Ends a doubt. And no watch shows an object that fleets share while it has the label of another one.
  if (verdict.type === 'unchanged') member.cache.note(live);
  if (verdict.type === 'unchanged') return unchanged(turn, desired, dryRunOf);
  const { changes } = verdict;
  const outcome = await apply(turn, action, toApply, reclaimed.metadata.resourceVersion);
  // An autoscaler at work is not a fight.
  if (changes.length > 0 || !retainsReplicas(toApply)) {
    member.fights.corrected(key, member.clock.now());
  }
  if (changes.length > 0) {
    member.report({ type: 'drift', cluster: member.name, key, deleted: false, changes });
  }
  // The drift event reports the correction: the outcome does not count as a change.
  return outcome.entry === undefined ? outcome : { ...outcome, result: 'unchanged' };
}

async function unchanged(
  turn: Turn,
  desired: DesiredObject,
  { toApply, live, reclaimed = live, merged = live, manager }: DryRun,
): Promise<ActionOutcome> {
  const { lacking, message } = await compareKept(turn, desired.key, toApply, merged);
  if (lacking !== undefined) return lacking;
  const fields = fingerprintOf(reclaimed, manager);
  return { ...done(desired.key, 'unchanged'), message, entry: entryOf(desired, fields) };
}

interface Reclaimed {
  readonly toApply: KubeObject;
  /** The live object after the syncer reclaimed its leftovers. */
  readonly reclaimed: KubeObject;
}

/** Makes the leftovers of people's tools Regatta's, so that the apply can remove them. */
async function reclaim(
  { member, stop }: Turn,
  object: KubeObject,
  live: KubeObject,
  { toApply, yieldedTo, leftovers }: Extract<ApplyPlan, { readonly type: 'send' }>,
): Promise<Reclaimed> {
  const lost = await lostVersion(member, object, live, stop);
  if (leftovers.length === 0 && !lost) return { toApply, reclaimed: live };
  const { manager } = member.owner.names;
  const managedFields = reclaimFields(live, object.apiVersion, manager, yieldedTo);
  const reclaimed = await member.port.patchOwnership(live, { manager, managedFields }, noAbort);
  // An object with retained replicas carries the resourceVersion, which has changed.
  return { toApply: retainLiveReplicas(toApply, reclaimed), reclaimed };
}

/** Reports whether Regatta owns fields at an API version that is gone: an apply would lose track of them. */
async function lostVersion(
  member: Member,
  { apiVersion, kind }: KubeObject,
  live: KubeObject,
  stop: AbortSignal,
): Promise<boolean> {
  const owned = ownedFieldsOf(live, member.owner.names.manager)?.apiVersion ?? apiVersion;
  if (owned === apiVersion) return false;
  return (await member.port.isNamespaced({ apiVersion: owned, kind }, stop)) === undefined;
}

/** Applies an object; first makes possible what the API server rejects because of the live object. */
async function apply(
  turn: Turn,
  action: Apply,
  toApply: KubeObject,
  before: unknown,
): Promise<ActionOutcome> {
  const { member } = turn;
  try {
    return await write(turn, action, toApply, before);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (await ownStrayDefaults(member, toApply, error)) {
      return write(turn, action, toApply, before);
    }
    if (error.reason !== 'invalid' || before === undefined) throw error;
    const freed = await makeRoom(member, action.desired, error);
    if (freed === 'gone') {
      return write(turn, action, asMember(action.desired.object, member.owner), undefined);
    }
    return waiting(action.key, `is being replaced: ${error.message}`);
  }
}

/** @param before - resourceVersion of the live object; undefined if the cluster lacked the object */
async function write(
  turn: Turn,
  action: Apply,
  toApply: KubeObject,
  before: unknown,
): Promise<ActionOutcome> {
  const { member, settings } = turn;
  const { key, desired } = action;
  // An object that another manager created since then causes a conflict; the next turn handles it.
  const { manager } = member.owner.names;
  const { fieldValidation } = settings;
  const options = { dryRun: false, force: action.notFound !== true, manager, fieldValidation };
  const { object, created } = await member.port.apply(toApply, options, noAbort);
  const { fields } = member.cache.note(object);
  const { lacking, message } = await compareKept(turn, key, toApply, object);
  if (lacking !== undefined) return lacking;
  const changed = created || object.metadata.resourceVersion !== before;
  const result = created ? 'created' : changed ? 'configured' : 'unchanged';
  return { ...done(key, result), message, entry: entryOf(desired, fields) };
}

function entryOf({ object, digest }: DesiredObject, fields: string): InventoryEntry {
  return { version: gvkOf(object).version, digest, fields };
}
