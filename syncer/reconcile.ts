import { gvkOf, type ObjectKey } from '#model/object.ts';
import { attempt, tell } from './act/attempt.ts';
import { markNotFound } from './act/not-found.ts';
import { decide } from './decide.ts';
import type { Desired } from './desired/desired.ts';
import type { Sequence } from './desired/sequence.ts';
import type { Inventory, InventoryEntry } from './inventory/inventory.ts';
import type { Member } from './member.ts';
import { forEachBounded } from './pace/pool.ts';
import { Gate } from './plan/gate.ts';
import { depthsOf, type Ordered, stagesOf } from './plan/order.ts';
import { type ActionOutcome, done } from './plan/outcome.ts';
import type { Action, PlannedAction } from './plan/plan.ts';

/** Objects of one cluster that are in hand at a time, at most: the member's pace decides. */
const width = 32;

/** What a turn came to. */
export interface Turn {
  /** One for each object that Git wants or wanted. */
  readonly outcomes: readonly ActionOutcome[];
  /** Some kinds became known only during the turn: another one has to look at them. */
  readonly again: boolean;
}

/**
 * One turn of one cluster's loop: observe, decide, act. Safe to cut short or repeat anywhere.
 *
 * @param stop - ends the watches that it begins, too
 * @param cut - ends the turn alone, after the objects in hand
 * @throws ClusterError when the cluster doesn't answer or refuses what every turn needs, when its
 * inventory can't be trusted, or when Git wants what can't be; AheadError when the cluster is at a
 * commit that this one does not go on from
 */
export async function reconcile(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
  cut: AbortSignal = stop,
): Promise<Turn> {
  try {
    return await turn(member, desired, stop, cut);
  } finally {
    member.cache.follow(stop);
  }
}

async function turn(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
  cut: AbortSignal,
): Promise<Turn> {
  const { inventory, readable, unknown, plan } = await decide(member, desired, stop);
  await member.expectBehind(desired.commit, stop);
  const actions = await markNotFound(member, plan, stop);
  member.drifts.keep(actions);

  // Saved before the first write: a crash may then leave a key never applied, which costs one
  // read. The other order could leave an object that no later prune would find.
  const opened = openInventory(inventory, actions);
  await member.save(opened, desired.commit, { mark: actions.some(isOfCommit) });
  const outcomes: ActionOutcome[] = [...readable.refused];
  for (const outcome of outcomes) tell(member, outcome);
  const note = (outcome: ActionOutcome) => outcomes.push(outcome);
  const gate = new Gate({ desired, snapshot: member.cache.objects });
  for (const outcome of outcomes) gate.note(outcome);
  await actAll(member, { desired, actions, note, gate }, cut).catch((error: unknown) => {
    // What was done until then is remembered.
    if (!cut.aborted) throw error;
  });
  const closed = closeInventory(opened, outcomes);
  await member.save(closed, desired.commit);

  const made = outcomes.some(({ result }) => result === 'created');
  return { outcomes, again: unknown.length > 0 && made };
}

async function actAll(
  member: Member,
  { desired, actions, note, gate }: Work,
  stop: AbortSignal,
): Promise<void> {
  const snapshot = member.cache.objects;
  const act = async ({ action }: Placed) => {
    const outcome = await attempt(member, action, gate, stop);
    gate.note(outcome);
    note(outcome);
  };
  const place = <A extends Action>(action: A) => ({
    key: action.key,
    action,
    sequence:
      desired.objects.get(action.key)?.sequence ?? snapshot.get(action.key)?.sequence ?? unordered,
  });
  const deletions = actions.filter((action) => action.type === 'prune');
  const others = actions.filter((action) => action.type !== 'prune');
  // Most of a large cluster, most of the time: what needs nothing is to cost next to nothing.
  for (const { type, key } of others) if (type === 'unchanged') note(done(key, 'unchanged'));
  const busy = others.filter((action) => action.type !== 'unchanged');
  const actOn = async (name: 'apply' | 'prune', stages: Stages) => {
    if (stages.length === 0) return;
    await member.timed(name, async () => {
      for (const stage of stages) await forEachBounded(stage, width, stop, act);
    });
  };
  await actOn('apply', stagesOf(busy.map(place), depthsOf(others.map(place))));
  // What left Git goes only when its successors are in place.
  if (stop.aborted || gate.isTroubled) return;
  await actOn('prune', stagesOf(deletions.map(place)).toReversed());
}

type Stages = readonly (readonly Placed[])[];

interface Work {
  readonly desired: Desired;
  readonly actions: readonly Action[];
  readonly note: (outcome: ActionOutcome) => void;
  readonly gate: Gate;
}

interface Placed extends Ordered {
  readonly action: PlannedAction;
}

const unordered: Sequence = { wave: 0, dependsOn: [] };

/** Whether an action makes the cluster as its commit says; a correction of drift keeps it so. */
function isOfCommit(action: Action): boolean {
  if (action.type === 'apply') return action.cause !== 'drifted';
  return ['prune', 'release', 'detach'].includes(action.type);
}

/** The inventory to have while acting: with what may be made, and unsure of what may change. */
function openInventory(inventory: Inventory, actions: readonly Action[]): Inventory {
  const risky = actions
    .filter((action) => action.type === 'apply')
    .filter(({ cause }) => cause !== 'drifted');
  if (risky.length === 0) return inventory;
  const opened = new Map(inventory);
  for (const { key, desired } of risky) {
    const { version } = gvkOf(desired.object);
    opened.set(key, { version, digest: '', fields: '' });
  }
  return opened;
}

/** The inventory after acting: without what is gone for certain. What failed stays, unsure. */
function closeInventory(opened: Inventory, outcomes: readonly ActionOutcome[]): Inventory {
  const changes = outcomes.filter(({ entry, gone }) => gone || entry !== undefined);
  if (changes.length === 0) return opened;
  const closed = new Map<ObjectKey, InventoryEntry>(opened);
  for (const { key, entry, gone } of changes) {
    if (gone) closed.delete(key);
    else if (entry !== undefined) closed.set(key, entry);
  }
  return closed;
}
