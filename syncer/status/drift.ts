import { findDrift } from '../act/dry-run.ts';
import type { Turn } from '../act/turn.ts';
import type { DesiredObject } from '../desired/desired-object.ts';
import { refFor } from '../object-ref.ts';
import type { Drift } from './status.ts';

/** Returns what other managers changed in an object; undefined if its drift is in fields that rules yield. */
export async function driftOf(turn: Turn, desired: DesiredObject): Promise<Drift | undefined> {
  const { key, object } = desired;
  const live = await turn.member.port.read(refFor(object), turn.stop);
  if (live === undefined) return { key, deleted: true, changes: [] };
  const changes = await findDrift(turn, desired, live);
  return changes.length === 0 ? undefined : { key, deleted: false, changes };
}
