import { describeObject } from '#model/object.ts';
import type { ClusterError } from '../cluster-error.ts';
import { displayName } from '../desired/sequence.ts';
import type { Gate } from '../plan/gate.ts';
import { type Held, heldBy, saysTaken } from '../plan/obstacle.ts';
import { type ActionOutcome, failure, waiting } from '../plan/outcome.ts';
import type { Action } from '../plan/plan.ts';
import type { Apply } from './apply.ts';
import { kept, type Leaving } from './leaving.ts';
import { prune, refOfKey } from './remove.ts';
import type { Turn } from './turn.ts';

/** Maximum number of objects that the syncer reads to find an obstacle. */
const maxRead = 100;

/** The outcome for the obstacle of a rejected object. */
export type Way =
  /** The obstacle is gone: the caller can try the apply again. */
  { readonly type: 'free' } | { readonly type: 'blocked'; readonly outcome: ActionOutcome };

/**
 * Deletes an object that left Git if it is the obstacle of a desired one, ahead of the other deletions of the turn.
 *
 * @returns undefined if no object that left Git is in the way
 * @throws ClusterError if the API server rejects a read or the deletion
 */
export async function makeWay(
  turn: Turn,
  { key, desired }: Apply,
  error: ClusterError,
  gate: Gate,
): Promise<Way | undefined> {
  const { member, leaving } = turn;
  const found = leaving && (await obstacleOf(turn, leaving, { key, desired }, error));
  if (leaving === undefined || found === undefined) return undefined;
  const { action, held } = found;
  const other = displayName(action.key);
  const text = `${other}, which left Git, ${describeHeld(held)} ${describeObject(desired.object)}`;
  if (action.type === 'wait') return blocked(waiting(key, `${text}; it is being deleted`));
  const obstruction = gate.blocked(action);
  if (action.type !== 'prune' || obstruction !== undefined) {
    const why = obstruction?.message || reasonOf(action);
    const outcome = failure(key, error);
    return blocked({ ...outcome, message: `${error.message}; ${text}, but stays: ${why}` });
  }
  const message = `${text}; deleting it first`;
  const outcome = await leaving.delete(action.key, async () => {
    const deleted = { ...(await prune(turn, action)) };
    return deleted.result === 'pruned' ? { ...deleted, message } : deleted;
  });
  if (outcome.result !== 'pruned') {
    const stays = `${error.message}; ${text}, but stays: ${outcome.message}`;
    return blocked({ ...failure(key, error), message: stays });
  }
  member.replacements.note(key, member.clock.now());
  return outcome.gone ? { type: 'free' } : blocked({ ...waiting(key, message), keepsRest: true });
}

function blocked(outcome: ActionOutcome): Way {
  return { type: 'blocked', outcome };
}

function reasonOf(action: Action): string {
  return 'reason' in action ? action.reason : (kept[action.type] ?? '');
}

function describeHeld(held: Held): string {
  if (held.type === 'value') return `holds ${held.field} ${held.value} of`;
  return held.type === 'quota' ? `uses quota ${held.quota}, which limits` : 'holds a place of';
}

interface Obstacle {
  readonly action: Action;
  readonly held: Held;
}

async function obstacleOf(
  { member, stop }: Turn,
  leaving: Leaving,
  { key, desired }: Pick<Apply, 'key' | 'desired'>,
  error: ClusterError,
): Promise<Obstacle | undefined> {
  if (!saysTaken(error)) return undefined;
  for (const action of leaving.alike(key).slice(0, maxRead)) {
    const live = await member.port.read(await refOfKey(member, action.key, stop), stop);
    const held = live && heldBy(live, { object: desired.object, error });
    if (held !== undefined) return { action, held };
  }
  return undefined;
}
