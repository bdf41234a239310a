import { differences } from '#model/difference.ts';
import { byText, type KubeObject, type ObjectKey } from '#model/object.ts';
import type { Turn } from '../act/turn.ts';
import { ClusterError } from '../cluster-error.ts';
import { decide } from '../decide.ts';
import type { Desired } from '../desired/desired.ts';
import type { DesiredObject } from '../desired/desired-object.ts';
import { isMarkedSealed } from '../desired/unseal.ts';
import { refOf } from '../inventory/inventory.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import { asMember } from '../ownership/applyset.ts';
import { managedFieldsOf } from '../ownership/managed-fields.ts';
import { forEachBounded } from '../pace/pool.ts';
import { type DryRun, judgeDryRun } from '../plan/judge-dry-run.ts';
import { type Action, isCorrection } from '../plan/plan.ts';
import { planApply } from '../plan/plan-apply.ts';
import { describeUnkept } from '../plan/unkept-fields.ts';
import { driftOf } from './drift.ts';
import { type RejectedUpdate, remedyFor } from './rejected-update.ts';
import { shown } from './shown-object.ts';
import type { Drift, Remark } from './status.ts';

const width = 8;

/** The change of one object by a sync. Undefined means that the object does not exist. */
export interface PreviewedChange {
  readonly key: ObjectKey;
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
  /** Field managers of the live object, if it exists. */
  readonly managers?: readonly string[];
}

/** What a sync of one cluster would change, and what it could not do. */
export interface Preview {
  readonly changes: readonly PreviewedChange[];
  readonly remarks: readonly Remark[];
  /** Objects that the preview could not compare, with the reason. */
  readonly unknown: readonly Remark[];
  /** Objects that the deletion budget holds. */
  readonly held: readonly ObjectKey[];
  /** Drift that a drift mode or a change window leaves. */
  readonly left: readonly Drift[];
}

/** The preview of one action. */
interface Finding {
  readonly change?: PreviewedChange;
  readonly remark?: string;
  readonly unknown?: string;
  readonly left?: Drift | undefined;
}

/**
 * Previews a sync by dry runs, without writing anything.
 *
 * @throws ClusterError if the cluster does not answer or its inventory is invalid
 */
export async function preview(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
): Promise<Preview> {
  const { settings, inventory, plan, readable } = await decide(member, desired, stop);
  const changes: PreviewedChange[] = [];
  const remarks: Remark[] = [];
  const left: Drift[] = [];
  const unknown: Remark[] = readable.refused.map(({ key, message }) => notCompared(key, message));
  const refTo = (key: ObjectKey) => {
    const entry = inventory.get(key);
    return entry && refOf(key, entry);
  };
  // The definitions that the same sync would change.
  for (const action of plan) {
    if (action.type === 'apply') member.definitions.note(action.desired.object);
  }
  await forEachBounded(plan, width, stop, async (action) => {
    const { key } = action;
    const finding = await previewOf({ member, settings, stop }, action, refTo);
    if (finding.change !== undefined) changes.push(finding.change);
    if (finding.left !== undefined) left.push(finding.left);
    if (finding.remark !== undefined) remarks.push({ key, message: finding.remark });
    if (finding.unknown !== undefined) unknown.push(notCompared(key, finding.unknown));
  });
  const held = plan.flatMap((action) =>
    action.type === 'hold' && action.isOverBudget ? [action.key] : [],
  );
  return { changes, remarks: byKey(remarks), unknown: byKey(unknown), held, left: byKey(left) };
}

function notCompared(key: ObjectKey, why: string): Remark {
  return { key, message: `was not compared: ${why}` };
}

function byKey<T extends Pick<Remark, 'key'>>(remarks: readonly T[]): readonly T[] {
  return remarks.toSorted((a, b) => byText(a.key, b.key));
}

async function previewOf(
  turn: Turn,
  action: Action,
  refTo: (key: ObjectKey) => ReturnType<typeof refOf> | undefined,
): Promise<Finding> {
  const { key } = action;
  switch (action.type) {
    case 'apply':
      return isMarkedSealed(action.desired.object)
        ? { unknown: 'it is encrypted, and no key for it is configured' }
        : previewApply(turn, action);
    case 'prune': {
      const ref = refTo(key);
      const live = ref && (await turn.member.port.read(ref, turn.stop));
      return live === undefined ? {} : { change: { key, before: shown(live) } };
    }
    case 'report-drift':
      return { left: await leftDrift(turn, action.desired) };
    case 'hold':
      return { remark: `is not deleted: ${action.reason}` };
    case 'postpone':
      return { remark: `is not changed: ${action.reason}` };
    case 'abandon':
      return { remark: `stays, but is no longer managed: ${action.reason}` };
    case 'wait':
      return action.isDesired
        ? { remark: 'is being deleted; a sync creates it again afterwards' }
        : {};
    default:
      return {};
  }
}

/** Returns the drift of an object, without its fields if the caller cannot compare them. */
async function leftDrift(turn: Turn, desired: DesiredObject): Promise<Drift | undefined> {
  const unseen = { key: desired.key, deleted: false, changes: [] };
  if (isMarkedSealed(desired.object)) return unseen;
  return driftOf(turn, desired).catch((error: unknown) => {
    if (error instanceof ClusterError && error.reason !== 'unreachable') return unseen;
    throw error;
  });
}

async function previewApply(
  { member, settings, stop }: Turn,
  action: Extract<Action, { readonly type: 'apply' }>,
): Promise<Finding> {
  const { key, object } = action.desired;
  const live = await readLive(member, object, stop);
  const isManaged = isCorrection(action) || member.cache.objects.has(key);
  const { claimant, owner } = member;
  const { manager } = owner.names;
  const plan = live && planApply(object, live, { isManaged, rules: settings.fields, claimant });
  if (plan?.type === 'refuse') return { remark: plan.reason };
  const { toApply, leftovers } = plan ?? { toApply: asMember(object, owner), leftovers: [] };
  try {
    const how = { dryRun: true, manager, fieldValidation: settings.fieldValidation };
    const { object: merged } = await member.port.apply(toApply, how, stop);
    const change = changeOf(action.desired, { toApply, live, leftovers, merged, manager });
    const remark = describeUnkept(toApply, merged);
    return { ...(change && { change }), ...(remark !== '' && { remark }) };
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
    const finding = untested(member, action.desired, live, error);
    if (finding !== undefined || live === undefined) return finding ?? rejection(error);
    return rejectedUpdate(member, action.desired, { object, toApply, live, error });
  }
}

/** Shows an object as rendered if a sync changes it although the API server rejects the dry run. */
async function rejectedUpdate(
  member: Member,
  { key, isSecret }: DesiredObject,
  rejected: RejectedUpdate,
): Promise<Finding> {
  const remedy = await remedyFor(member, rejected);
  if (remedy.type === 'rejected') return rejection(remedy.error);
  const [before, after] = [rejected.live, rejected.object].map((it) => shown(it, isSecret));
  return { change: { key, before, after }, remark: remedy.remark };
}

interface Tested extends Pick<DryRun, 'toApply' | 'leftovers' | 'manager'> {
  readonly live: KubeObject | undefined;
  readonly merged: KubeObject;
}

function changeOf(
  { key, isSecret }: DesiredObject,
  { live, merged, ...dryRun }: Tested,
): PreviewedChange | undefined {
  if (live === undefined) return { key, after: shown(merged, isSecret) };
  const verdict = judgeDryRun({ ...dryRun, live, merged, isSecret });
  if (verdict.type === 'unchanged') return undefined;
  const [before, after] = [live, verdict.result ?? merged].map((it) => shown(it, isSecret));
  if (differences(before, after).length === 0) return undefined;
  const managers = new Set(managedFieldsOf(live).map(({ manager }) => manager ?? 'unknown'));
  return { key, before, after, managers: [...managers] };
}

/** Returns the finding if the cluster lacks what the same sync brings; undefined for another error. */
function untested(
  { definitions }: Member,
  { key, object, isSecret }: DesiredObject,
  live: KubeObject | undefined,
  error: ClusterError,
): Finding | undefined {
  const isLearned = error.reason === 'unknown-field' && definitions.hasNoted(key);
  if (!isLearned && (live !== undefined || !isPrerequisiteMissing(error))) return undefined;
  const lack = isLearned ? 'new definition' : 'kind or namespace';
  const remark = `was not checked by the cluster, which does not have its ${lack} yet`;
  return live === undefined
    ? { change: { key, after: shown(object, isSecret) }, remark }
    : { remark };
}

/** Returns the rejection of an object, or the missing permission of the caller. */
function rejection(error: ClusterError): Finding {
  const { message, isHidden, isDenied } = error;
  if (isDenied) return { unknown: message };
  return { remark: isHidden ? `is ${message}` : `is rejected: ${message}` };
}

async function readLive(
  { port }: Member,
  object: KubeObject,
  stop: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await port.read(refFor(object), stop);
  } catch (error) {
    if (error instanceof ClusterError && error.reason === 'unknown-kind') return undefined;
    throw error;
  }
}

/** Reports whether the kind or namespace is missing. The same sync may create it, but a dry run does not. */
function isPrerequisiteMissing({ reason, message }: ClusterError): boolean {
  return reason === 'unknown-kind' || /namespaces? .* not found/.test(message);
}
