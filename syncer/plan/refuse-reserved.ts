import type { ObjectKey } from '#model/object.ts';
import { isReservedKey, reservedField } from '#model/reserved.ts';
import type { Desired } from '../desired/desired.ts';
import { type ActionOutcome, done } from './outcome.ts';
import { exclude, type Readable } from './readable.ts';

/**
 * Refuses desired objects in which Regatta keeps its own state, or that set metadata of the syncer. Entries of
 * such objects that an earlier version has left in the inventory are dropped, and the objects stay.
 */
export function refuseReserved(readable: Readable): Readable {
  const { desired, inventory } = readable;
  const stray = [...inventory.keys()].filter(
    (key) => isReservedKey(key) && !desired.objects.has(key),
  );
  const dropped = stray.map((key) => ({ ...done(key, 'gone'), gone: true }));
  return exclude(readable, [...refusedIn(desired), ...dropped]);
}

const known = new WeakMap<Desired['objects'], readonly ActionOutcome[]>();

/** Returns the outcomes of reserved objects, once for each commit: a commit has many turns. */
function refusedIn({ objects }: Desired): readonly ActionOutcome[] {
  const before = known.get(objects);
  if (before !== undefined) return before;
  const refused = [...objects.values()].flatMap(({ key, object }): readonly ActionOutcome[] => {
    const field = reservedField(object);
    return field === undefined ? [] : [refusal(key, field.reason)];
  });
  known.set(objects, refused);
  return refused;
}

function refusal(key: ObjectKey, message: string): ActionOutcome {
  return { ...done(key, 'refused'), message, ...(isReservedKey(key) && { gone: true }) };
}
