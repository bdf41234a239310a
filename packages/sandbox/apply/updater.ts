/** Tracks the ownership of fields in updates and applies. Source: KEP-555, "server-side apply". */
import { equal, type Value } from '../object.ts';
import type { Shape } from '../schema/shape.ts';
import { type Comparison, compareValues } from './compare.ts';
import { type Contest, conflictError } from './conflict.ts';
import {
  difference,
  emptySet,
  type FieldSet,
  intersection,
  isEmpty,
  union,
  without,
} from './field-set.ts';
import { type Manager, type Managers, managerId, type Ownership } from './managers.ts';
import { mergeApplied } from './merge.ts';
import { ownedFields, withNamedParents } from './owned.ts';
import { removeFields } from './remove.ts';

/** Parameters that updates and applies share. */
export interface WriteContext {
  readonly shape: Shape;
  readonly manager: Manager;
  readonly managers: Managers;
  /** Paths that this endpoint does not write, so that the writer does not own them. */
  readonly ignored: FieldSet;
  /** Current time, as RFC 3339 with a resolution of one second. */
  readonly now: string;
}

/**
 * Returns the owners after `manager` replaced `before` with `after` in a create, update or patch.
 */
export function trackUpdate(context: WriteContext, before: Value, after: Value): Managers {
  const { manager, managers, ignored, now } = context;
  const id = managerId(manager);
  const change = writtenChange(context, before, after);
  const changed = union(change.added, change.modified);
  const others = [...managers].map(([key, ownership]) => {
    if (key === id) return [key, ownership] as const;
    const kept = difference(difference(ownership.fields, changed), change.removed);
    return [key, { ...ownership, fields: kept }] as const;
  });
  const result = new Map(others);
  const own = managers.get(id);
  const fields = without(
    union(difference(own?.fields ?? emptySet, change.removed), changed),
    ignored,
  );
  result.set(id, { manager, fields, time: isEmpty(changed) ? own?.time : now });
  return result;
}

/** The result of an apply: the object and its managedFields. */
export interface Applied {
  readonly object: Value;
  readonly managers: Managers;
}

/**
 * Applies `config` to `live` for `manager`. Removes the fields that the manager owned and no longer
 * sends, unless another manager owns them too.
 *
 * @throws ApiError 409 when another manager owns a field that would change and `force` is false
 */
export function applyConfig(
  context: WriteContext,
  live: Value,
  config: Value,
  { force }: { readonly force: boolean },
): Applied {
  const { shape, manager, managers, ignored, now } = context;
  const id = managerId(manager);
  const last = managers.get(id);
  const fields = without(ownedFields(shape, config), ignored);
  const claimed = new Map(managers).set(id, { manager, fields, time: last?.time });
  const merged = mergeApplied(shape, live, config);
  const object = removeAbandoned(shape, merged, last?.fields ?? emptySet, claimed);

  const change = writtenChange(context, live, object);
  const changed = union(change.added, change.modified);
  const contests = contestsOf(claimed, id, changed);
  if (!force && contests.length > 0) throw conflictError(contests);
  const updated = [...claimed].map(([key, ownership]): [string, Ownership] => {
    if (key === id) return [key, ownership];
    const kept = difference(difference(ownership.fields, changed), change.removed);
    return [key, { ...ownership, fields: kept }];
  });
  const result = new Map(updated);
  // An apply that changes no value keeps the previous time, as on a real API server.
  result.set(id, { manager, fields, time: equal(live, object) ? last?.time : now });
  return { object, managers: result };
}

function writtenChange({ shape, ignored }: WriteContext, before: Value, after: Value): Comparison {
  const { added, modified, removed } = compareValues(shape, before, after);
  return {
    added: without(added, ignored),
    modified: without(modified, ignored),
    removed: without(removed, ignored),
  };
}

function contestsOf(managers: Managers, own: string, changed: FieldSet): Contest[] {
  return [...managers]
    .filter(([key]) => key !== own)
    .map(([, { manager, fields }]) => ({ manager, fields: intersection(fields, changed) }))
    .filter(({ fields }) => !isEmpty(fields));
}

/** Removes the fields that the applier owned in its last apply and that no manager owns now. */
function removeAbandoned(shape: Shape, merged: Value, last: FieldSet, managers: Managers): Value {
  if (isEmpty(last)) return merged;
  const held = [...managers.values()].map(({ fields }) => fields).reduce(union, emptySet);
  const all = withNamedParents(shape, ownedFields(shape, merged));
  const left = (value: Value): FieldSet => withNamedParents(shape, ownedFields(shape, value));

  const stripped = removeFields(shape, merged, last);
  const kept = union(left(stripped), withNamedParents(shape, held));
  const restored = removeFields(shape, merged, difference(all, kept));

  const lost = difference(all, left(restored));
  return removeFields(shape, merged, intersection(lost, withNamedParents(shape, last)));
}
