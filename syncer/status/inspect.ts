import type { ObjectKey } from '#model/object.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import type { Turn } from '../act/turn.ts';
import { type Decision, decide } from '../decide.ts';
import type { Desired } from '../desired/desired.ts';
import type { DesiredObject } from '../desired/desired-object.ts';
import type { Health } from '../health/rule.ts';
import { deadlineFor, stuck } from '../health/stage.ts';
import { presentIn } from '../inventory/departed.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { holderOf } from '../lease/holder.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import type { CachedObject } from '../observe/cached-object.ts';
import { isKeyOfShared } from '../ownership/managed-fields.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { ActionOutcome } from '../plan/outcome.ts';
import { type Action, isCorrection } from '../plan/plan.ts';
import { isClusterSuspended, isSuspended } from '../plan/suspensions.ts';
import type { Clock } from '../ports/machine.ts';
import { causesOf } from './causes.ts';
import { driftOf } from './drift.ts';
import { findOrphans } from './orphans.ts';
import type { Drift, Remark, SyncStatus, Unready } from './status.ts';
import { unappliedReason } from './unapplied.ts';

const width = 8;

/**
 * Returns the sync status of a cluster, without writing anything.
 *
 * @throws ClusterError if the cluster does not answer or its inventory is invalid
 */
export async function inspect(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
): Promise<SyncStatus> {
  const decision = await decide(member, desired, stop);
  const { settings, plan, inventory } = decision;
  const drift = await driftsIn({ member, settings, stop }, plan);
  const pending = await pendingIn(member, decision, stop);
  const held = heldIn(plan);
  const parameters = { cluster: member.name, settings };
  const suspended = suspendedIn(desired, presentIn(inventory), parameters);
  const allUnready = unreadyIn(member, desired, new Set(keysOf(plan, 'suspend')));
  const unready = await withCauses(member, desired, allUnready, stop);
  const objects = desired.objects.size;
  const holder = await holderOf(member.port, member.owner.names.lease, stop);
  const done = pending.length === 0 && held.length === 0;
  const { commit } = desired;
  const kept = await member.keptCommit(commit, stop);
  const orphans = await findOrphans(member, desired, inventory, stop);
  return {
    cluster: member.name,
    desired: commit,
    applied: done && kept === undefined ? commit : member.appliedCommit,
    sync: isClusterSuspended(parameters) ? 'suspended' : done ? 'synced' : 'behind',
    error: '',
    objects,
    ready: objects - unready.length,
    unready,
    drift,
    pending,
    held: [...held, ...unlistedIn(decision)],
    suspended,
    ...orphans,
    ...fleetsIn(member),
    ...warningsIn(desired),
    ...(holder && { holder }),
    ...(kept !== undefined && { kept }),
  };
}

function fleetsIn({ owner, others }: Member): Pick<SyncStatus, 'fleet' | 'otherFleets'> {
  const { name, id } = owner.fleet;
  const otherFleets = [...others.values()].map((other) => {
    return { name: other.name ?? '', id: other.id ?? '' };
  });
  return { fleet: { name, id }, otherFleets };
}

/** Returns what authors should change, such as a sealed object whose annotation does not say for which object it is. */
function warningsIn({ objects }: Desired): Pick<SyncStatus, 'warnings'> {
  const warnings = [...objects.values()].flatMap(({ key, warning }) =>
    warning === undefined ? [] : [{ key, message: warning }],
  );
  return warnings.length === 0 ? {} : { warnings };
}

async function driftsIn(turn: Turn, plan: readonly Action[]): Promise<readonly Drift[]> {
  const drifts: Drift[] = [];
  await forEachBounded(plan.flatMap(driftedObject), width, turn.stop, async (desired) => {
    const drift = await driftOf(turn, desired);
    if (drift !== undefined) drifts.push(drift);
  });
  return drifts.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** Returns the object if the plan finds it drifted. */
function driftedObject(action: Action): readonly DesiredObject[] {
  if (action.type === 'report-drift') return [action.desired];
  return action.type === 'apply' && isCorrection(action) ? [action.desired] : [];
}

function heldIn(plan: readonly Action[]): readonly Remark[] {
  return plan.flatMap((action) =>
    action.type === 'hold' ? [{ key: action.key, message: action.reason }] : [],
  );
}

/** Returns the objects that left Git, but whose kind the syncer cannot list. */
function unlistedIn({ readable }: Decision): readonly Remark[] {
  return readable.refused.filter(({ result }) => result === 'held').map(remarkOf);
}

function remarkOf({ key, message }: ActionOutcome): Remark {
  return { key, message };
}

/** Maximum number of pending objects whose apply `inspect` tries by a dry run. */
const maxTried = 50;

function isApply(action: Action): boolean {
  return action.type === 'apply' && !isCorrection(action);
}

function keysOf(plan: readonly Action[], type: Action['type']): readonly ObjectKey[] {
  return plan.flatMap((action) => (action.type === type ? [action.key] : []));
}

/** Returns the suspended objects of Git and of the inventory. */
function suspendedIn(
  { objects }: Desired,
  inventory: Inventory,
  parameters: Parameters<typeof isClusterSuspended>[0],
): readonly ObjectKey[] {
  const keys = new Set([...objects.keys(), ...inventory.keys()]);
  const isCovered = (key: ObjectKey) => isSuspended(objects.get(key)?.object, key, parameters);
  return [...keys].filter(isCovered).toSorted();
}

/** Returns what a turn would still do, or cannot do. Drift does not count as pending. */
async function pendingIn(
  member: Member,
  { plan, readable }: Decision,
  stop: AbortSignal,
): Promise<readonly Remark[]> {
  const pending: Remark[] = readable.refused
    .filter(({ result }) => result !== 'held')
    .map(remarkOf);
  let tried = 0;
  await forEachBounded(plan, width, stop, async (action) => {
    const isLate = isApply(action) && tried++ >= maxTried;
    const message = isLate ? 'is not applied yet' : await pendingReason(member, action, stop);
    if (message !== undefined) pending.push({ key: action.key, message });
  });
  return pending.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

async function pendingReason(
  member: Member,
  action: Action,
  stop: AbortSignal,
): Promise<string | undefined> {
  switch (action.type) {
    case 'apply':
      return isApply(action) ? unappliedReason(member, action.desired, stop) : undefined;
    case 'postpone':
      return action.reason;
    case 'suspend':
      return action.isCorrection ? undefined : 'is suspended';
    case 'prune':
    case 'release':
    case 'abandon':
      return 'is not deleted yet';
    case 'wait':
      return action.isDesired ? 'is being deleted' : undefined;
    default:
      return undefined;
  }
}

/** Maximum number of unready objects whose causes `inspect` reads. */
const maxExplained = 10;

async function withCauses(
  { port }: Member,
  { objects }: Desired,
  unready: readonly Unready[],
  stop: AbortSignal,
): Promise<readonly Unready[]> {
  const causes = new Map<string, string>();
  const there = unready.filter(({ status }) => status === 'InProgress' || status === 'Failed');
  await forEachBounded(there.slice(0, maxExplained), width, stop, async ({ key, message }) => {
    const object = objects.get(key)?.object;
    const found = object === undefined ? [] : await causesOf(port, refFor(object), stop);
    causes.set(key, [message, ...found].filter((text) => text !== '').join('; '));
  });
  return unready.map((one) => ({ ...one, message: causes.get(one.key) ?? one.message }));
}

function unreadyIn(
  member: Member,
  { objects, settings }: Desired,
  suspended: ReadonlySet<string>,
): readonly Unready[] {
  return [...objects.keys()].flatMap((key): readonly Unready[] => {
    if (suspended.has(key)) return [];
    const reason = member.cache.unreadable(key);
    if (reason !== undefined) return [{ key, status: 'Unknown', message: reason.message }];
    const cached = member.cache.objects.get(key);
    if (cached === undefined && isKeyOfShared(key)) return [];
    if (cached === undefined) return [{ key, status: 'NotFound', message: '' }];
    const health = healthNow(cached, member.clock, settings);
    return health.status === 'Current' ? [] : [{ key, ...health }];
  });
}

/** Applies the progress deadline, which starts at the last change of any kind, because a single query cannot observe progress. */
function healthNow({ health, stage }: CachedObject, clock: Clock, settings: SyncSettings): Health {
  if (stage === undefined) return health;
  const deadlineMs = deadlineFor(stage, settings.health.progressDeadlineMs);
  return clock.now() - stage.changedAt < deadlineMs ? health : stuck(health, deadlineMs);
}
