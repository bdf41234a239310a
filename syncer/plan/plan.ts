import { gvkOf, type ObjectKey } from '#model/object.ts';
import type { Desired } from '../desired/desired.ts';
import type { DesiredObject } from '../desired/desired-object.ts';
import { isDeparted } from '../inventory/departed.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { CachedObject } from '../observe/cached-object.ts';
import { isKeyOfShared } from '../ownership/managed-fields.ts';
import type { Departure, DepartureOf } from './departures.ts';

/** The cached objects of a member cluster. */
export type CacheSnapshot = ReadonlyMap<ObjectKey, CachedObject>;

/** A planned action on one object. The syncer only counts `unchanged` objects. */
export type Action =
  | {
      readonly type: 'apply';
      readonly key: ObjectKey;
      readonly desired: DesiredObject;
      /**
       * Why the object needs an apply. `changed` means that Git changed the object. `unsure` means that the
       * object is new or has another API version, or that a turn ended early. `drifted` means that another
       * manager changed the object. `missing` means that another manager deleted it.
       */
      readonly cause: 'changed' | 'unsure' | 'drifted' | 'missing';
      /** True if a list has just shown that the cluster lacks the object. */
      readonly notFound?: boolean;
    }
  | {
      readonly type: 'prune';
      readonly key: ObjectKey;
      readonly uid: string;
      /** True if the syncer deleted the object before, and an earlier write of it was carried out again. */
      readonly isRepeated?: true;
    }
  /** The inventory has the object, but Git does not, and the cluster has no such object of Regatta. */
  | {
      readonly type: 'forget';
      readonly key: ObjectKey;
      /** What stays in the inventory until a later list confirms that the object is gone. */
      readonly rest?: Departure;
    }
  /** Kubernetes created the object: Regatta gives up its fields, and the object stays. */
  | { readonly type: 'release'; readonly key: ObjectKey }
  /** The object has a keep annotation: Regatta removes its label and stops managing it. */
  | {
      readonly type: 'abandon';
      readonly key: ObjectKey;
      readonly uid: string;
      readonly reason: string;
    }
  /** The object left Git, but a guard holds its deletion. */
  | {
      readonly type: 'hold';
      readonly key: ObjectKey;
      readonly reason: string;
      /** Set if the guard is the deletion budget, which the syncer reports once for all objects. */
      readonly isOverBudget?: true;
      /** Milliseconds until the guard decides again. */
      readonly pauseMs?: number;
    }
  /** Settings or an annotation suspend the object. */
  | {
      readonly type: 'suspend';
      readonly key: ObjectKey;
      /** True if the syncer would only correct drift, and false if it would apply or delete. */
      readonly isCorrection: boolean;
    }
  /** Another manager changed or deleted the object. The syncer reports the drift without correcting it. */
  | {
      readonly type: 'report-drift';
      readonly key: ObjectKey;
      readonly desired: DesiredObject;
      /** True if the syncer corrects the drift when a change window opens. */
      readonly untilWindow: boolean;
    }
  /** The object is frozen, or outside of a change window. */
  | {
      readonly type: 'postpone';
      readonly key: ObjectKey;
      readonly reason: string;
      readonly untilWindow: boolean;
    }
  /** The API server is deleting the object. Until its finalizers end, the syncer can neither apply nor delete it. */
  | { readonly type: 'wait'; readonly key: ObjectKey; readonly isDesired: boolean }
  | { readonly type: 'unchanged'; readonly key: ObjectKey };

/** Reports whether an apply corrects drift, instead of applying a commit. */
export function isCorrection({ cause }: Extract<Action, { readonly type: 'apply' }>): boolean {
  return cause === 'drifted' || cause === 'missing';
}

/** An action that changes or reports something. */
export type PlannedAction = Exclude<Action, { readonly type: 'unchanged' }>;

/**
 * Compares the desired objects, the inventory and the cached objects, and plans one action for each object, in no
 * order.
 */
export function planSync(
  { objects }: Desired,
  inventory: Inventory,
  snapshot: CacheSnapshot,
  departureOf: DepartureOf = () => undefined,
): readonly Action[] {
  const desired = [...objects.values()].map((object) =>
    planDesired(object, inventory, snapshot.get(object.key)),
  );
  const uids = new Set([...objects.keys()].map((key) => snapshot.get(key)?.uid));
  const removed = [...inventory]
    .filter(([key]) => !objects.has(key))
    .map(([key, entry]) => {
      const action = planRemoved(key, snapshot.get(key), uids);
      if (action.type === 'prune' && isDeparted(entry))
        return { ...action, isRepeated: true } as const;
      const rest = action.type === 'forget' && !snapshot.has(key) && departureOf(key, entry);
      return rest ? { ...action, rest } : action;
    });
  return [...desired, ...removed];
}

function planDesired(
  desired: DesiredObject,
  inventory: Inventory,
  live: CachedObject | undefined,
): Action {
  const { key, digest, object } = desired;
  if (live?.deleting) return { type: 'wait', key, isDesired: true };
  const entry = inventory.get(key);
  if (entry === undefined || entry.digest === '' || entry.fields === '') {
    return { type: 'apply', key, desired, cause: 'unsure' };
  }
  if (entry.digest !== digest) {
    const moved = entry.version !== gvkOf(object).version;
    return { type: 'apply', key, desired, cause: moved ? 'unsure' : 'changed' };
  }
  if (live === undefined) return { type: 'apply', key, desired, cause: 'missing' };
  return live.fields === entry.fields && !live.isDoubtful
    ? { type: 'unchanged', key }
    : { type: 'apply', key, desired, cause: 'drifted' };
}

/** @param uids - uids of the desired objects */
function planRemoved(
  key: ObjectKey,
  live: CachedObject | undefined,
  uids: ReadonlySet<string | undefined>,
): Action {
  // An object that two API groups serve has one uid: it only moved to the other group.
  // Another fleet may have its label on an object that fleets share.
  if (live === undefined && isKeyOfShared(key)) return { type: 'release', key };
  if (live === undefined || uids.has(live.uid)) return { type: 'forget', key };
  if (live.deleting) return { type: 'wait', key, isDesired: false };
  if (live.shared) return { type: 'release', key };
  const { uid, keepAnnotation, controller } = live;
  if (keepAnnotation !== '') return { type: 'abandon', key, uid, reason: keepAnnotation };
  if (controller !== '') return { type: 'hold', key, reason: `is controlled by ${controller}` };
  return { type: 'prune', key, uid };
}
