import { gvkOf, type ObjectKey } from '#model/object.ts';
import { attempt, reportOutcome, reportOverrun, reportWarnings } from './act/attempt.ts';
import { Leaving } from './act/leaving.ts';
import { markNotFound } from './act/not-found.ts';
import type { Turn } from './act/turn.ts';
import { type Decision, decide } from './decide.ts';
import type { Desired } from './desired/desired.ts';
import type { Sequence } from './desired/sequence.ts';
import { presentIn } from './inventory/departed.ts';
import { type Inventory, type InventoryEntry, keepTaken } from './inventory/inventory.ts';
import type { SaveHow } from './inventory/store.ts';
import type { Member } from './member.ts';
import { forEachBounded } from './pace/pool.ts';
import { confirmDeletions, nextText } from './plan/deletion-memory.ts';
import { Gate } from './plan/gate.ts';
import { depthsOf, type Ordered, stagesOf } from './plan/order.ts';
import { type ActionOutcome, done } from './plan/outcome.ts';
import { type Action, isCorrection, type PlannedAction } from './plan/plan.ts';

/** Maximum number of objects of one cluster in progress; the member's limiter usually allows fewer. */
const width = 32;

/** The result of a turn. */
export interface TurnOutcome {
  /** One outcome for each desired object, and for each object that left Git. */
  readonly outcomes: readonly ActionOutcome[];
  /** True if another turn must follow, because this one may have created a kind that it could not list. */
  readonly again: boolean;
}

/**
 * Runs one turn of one cluster's loop: observe, decide, act. A turn can be interrupted or repeated at
 * any point.
 *
 * @param stop - ends the turn and the watches that it starts
 * @param cut - ends the turn only, after the objects in progress
 * @throws ClusterError if the cluster does not answer or rejects a request that every turn needs, or
 *   if its inventory is invalid
 * @throws AheadError if the cluster is at a commit from which the desired commit does not descend
 */
export async function reconcile(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
  cut: AbortSignal = stop,
): Promise<TurnOutcome> {
  try {
    return await runTurn(member, desired, stop, cut);
  } finally {
    member.cache.follow(stop);
  }
}

async function runTurn(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
  cut: AbortSignal,
): Promise<TurnOutcome> {
  member.underWay.begin();
  const decision = await decide(member, desired, stop);
  const { settings, inventory, readable, plan, memory, now } = decision;
  await member.expectBehind(desired.commit, stop);
  const actions = await markNotFound(member, plan, stop);
  keepOnly(member, actions, readable.refused);
  // Save before the first write: after a crash, a key may then be in the inventory but never applied,
  // which costs one read. The other order could leave an object that no later prune finds.
  const opened = openInventory(inventory, actions);
  const remembered = nextText(member.deletions, memory, now);
  const mark = actions.some(isOfCommit);
  const pending = pendingIn(opened, desired, decision);
  await member.save(opened, desired.commit, { mark, deletions: remembered, ...pending });
  reportDecision(member, desired, decision);
  const outcomes: ActionOutcome[] = [...readable.refused];
  for (const outcome of outcomes) reportOutcome(member, outcome);
  const note = (outcome: ActionOutcome) => outcomes.push(outcome);
  const gate = new Gate({ desired, snapshot: member.cache.objects });
  for (const outcome of outcomes) gate.note(outcome);
  const work = { desired, actions, note, gate };
  const leaving = new Leaving(actions);
  await actAll({ member, settings, stop: cut, leaving }, work).catch((error: unknown) => {
    // Save also after an interruption, so that the inventory records the completed actions.
    if (!cut.aborted) throw error;
  });
  const closed = closeInventory(opened, outcomes);
  const gone = outcomes.flatMap((outcome) => (outcome.gone ? [outcome.key] : []));
  const deletions = nextText(remembered, confirmDeletions(memory, gone), now);
  const left = pendingIn(closed, desired, decision);
  await member.save(closed, desired.commit, { mark: false, deletions, ...left });

  const hasCreated = outcomes.some(({ result }) => result === 'created');
  return { outcomes, again: decision.unknown.length > 0 && hasCreated };
}

/** Forgets what the member remembers of other objects. */
function keepOnly(
  { drifts, rejections }: Member,
  actions: readonly Action[],
  refused: readonly ActionOutcome[],
): void {
  drifts.keep(actions);
  rejections.keep([...actions, ...refused]);
}

/** Reports what a person should know before the first write. */
function reportDecision(member: Member, desired: Desired, { overruns }: Decision): void {
  for (const overrun of overruns) reportOverrun(member, overrun);
  reportWarnings(member, desired);
}

async function actAll(turn: Turn, { desired, actions, note, gate }: Work): Promise<void> {
  const { member, stop } = turn;
  const snapshot = member.cache.objects;
  const act = async ({ action }: OrderedAction) => {
    const outcome = await attempt(turn, action, gate);
    gate.note(outcome);
    note(outcome);
  };
  const order = <A extends Action>(action: A) => ({
    key: action.key,
    action,
    sequence:
      desired.objects.get(action.key)?.sequence ?? snapshot.get(action.key)?.sequence ?? unordered,
  });
  const deletions = actions.filter((action) => action.type === 'prune');
  const others = actions.filter((action) => action.type !== 'prune');
  // Unchanged objects must cost almost nothing, because they are usually nearly all objects of a large cluster.
  for (const { type, key } of others) if (type === 'unchanged') note(done(key, 'unchanged'));
  const planned = others.filter((action) => action.type !== 'unchanged');
  const actOn = async (name: 'apply' | 'prune', stages: Stages) => {
    if (stages.length === 0) return;
    await member.timed(name, async () => {
      for (const stage of stages) await forEachBounded(stage, width, stop, act);
    });
  };
  await actOn('apply', stagesOf(planned.map(order), depthsOf(others.map(order))));
  const early = (await turn.leaving?.deleted()) ?? new Map();
  for (const outcome of early.values()) {
    reportOutcome(member, outcome);
    gate.note(outcome);
    note(outcome);
  }
  // Prune only after every apply succeeded: a replacement must exist before its predecessor is deleted.
  if (stop.aborted || gate.hasFailures) return;
  const rest = deletions.filter(({ key }) => !early.has(key));
  await actOn('prune', stagesOf(rest.map(order)).toReversed());
}

type Stages = readonly (readonly OrderedAction[])[];

interface Work {
  readonly desired: Desired;
  readonly actions: readonly Action[];
  readonly note: (outcome: ActionOutcome) => void;
  readonly gate: Gate;
}

interface OrderedAction extends Ordered {
  readonly action: PlannedAction;
}

const unordered: Sequence = { wave: 0, dependsOn: [] };

/** Reports whether an action brings the cluster to its commit. Correcting drift does not. */
function isOfCommit(action: Action): boolean {
  if (action.type === 'apply') return !isCorrection(action);
  return ['prune', 'release', 'abandon'].includes(action.type);
}

/**
 * Returns the commit that the next turn must start from to judge what changes of the branch delete; '' if the cluster
 * has no object left that is not in Git, or if nothing limits the fleet.
 */
function pendingIn(
  inventory: Inventory,
  { objects }: Desired,
  { settings, pendingSince }: Decision,
): Pick<SaveHow, 'pendingSince'> {
  if (settings.deletionBudget.fleet.length === 0) return { pendingSince: '' };
  const isPending = presentIn(inventory)
    .keys()
    .some((key) => !objects.has(key));
  return { pendingSince: isPending ? pendingSince : '' };
}

/**
 * Returns the inventory during the turn, with the objects that it may create, and without digests of those that it may
 * change. A correction restores what the inventory already has: if it is interrupted, the fingerprint of the object
 * differs, and the next turn compares the object.
 */
function openInventory(inventory: Inventory, actions: readonly Action[]): Inventory {
  const risky = actions
    .filter((action) => action.type === 'apply')
    .filter((action) => !isCorrection(action));
  if (risky.length === 0) return inventory;
  const opened = new Map(inventory);
  for (const { key, desired } of risky) {
    const { version } = gvkOf(desired.object);
    opened.set(key, keepTaken({ version, digest: '', fields: '' }, inventory.get(key)));
  }
  return opened;
}

/** Returns the inventory after the turn, without objects that a list confirmed to be gone. Failed objects stay without a digest. */
function closeInventory(opened: Inventory, outcomes: readonly ActionOutcome[]): Inventory {
  const changes = outcomes.filter(({ entry, gone }) => gone || entry !== undefined);
  if (changes.length === 0) return opened;
  const closed = new Map<ObjectKey, InventoryEntry>(opened);
  for (const { key, entry, gone } of changes) {
    if (entry !== undefined) closed.set(key, keepTaken(entry, opened.get(key)));
    else if (gone) closed.delete(key);
  }
  return closed;
}
