import { gvkOf, type ObjectKey } from '#model/object.ts';
import { suspendedAnnotation } from '#model/rendered.ts';
import type { Desired, DesiredObject } from '../desired/desired.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { CachedObject } from '../observe/cached-object.ts';

/** What a member cluster's watches have shown of our objects. */
export type CacheSnapshot = ReadonlyMap<ObjectKey, CachedObject>;

/** One thing to do in a turn; `unchanged` objects need none and are only counted. */
export type Action =
  | {
      readonly type: 'apply';
      readonly key: ObjectKey;
      readonly desired: DesiredObject;
      /**
       * `changed` by Git; `unsure` when it is new to us or of another API version, or a turn was cut
       * short; `drifted` by somebody; `missing` though we made it once.
       */
      readonly cause: 'changed' | 'unsure' | 'drifted' | 'missing';
      /** A moment ago the cluster had no object of that name. */
      readonly notFound?: boolean;
    }
  | { readonly type: 'prune'; readonly key: ObjectKey; readonly uid: string }
  /** In the inventory, but neither wanted nor there (any more) as ours. */
  | { readonly type: 'forget'; readonly key: ObjectKey }
  /** Shared with all: our fields go, the object stays. */
  | { readonly type: 'release'; readonly key: ObjectKey }
  /** Marked to stay: our label goes, and the object is nobody's. */
  | {
      readonly type: 'abandon';
      readonly key: ObjectKey;
      readonly uid: string;
      readonly reason: string;
    }
  /** Left Git, but must not go. */
  | { readonly type: 'hold'; readonly key: ObjectKey; readonly reason: string }
  /** Marked to be left as it is. */
  | { readonly type: 'suspend'; readonly key: ObjectKey }
  /** Somebody has changed or deleted it, and it stays so: that is told. */
  | {
      readonly type: 'report-drift';
      readonly key: ObjectKey;
      readonly desired: DesiredObject;
      /** Until a change window opens. */
      readonly passing: boolean;
    }
  /** Git wants something of it that may not be done yet. */
  | {
      readonly type: 'postpone';
      readonly key: ObjectKey;
      readonly reason: string;
      readonly passing: boolean;
    }
  /** Being deleted: it can be neither applied nor deleted until its finalizers are through. */
  | { readonly type: 'wait'; readonly key: ObjectKey; readonly isDesired: boolean }
  | { readonly type: 'unchanged'; readonly key: ObjectKey };

/** Reports whether an apply corrects drift, instead of applying a commit. */
export function isCorrection({ cause }: Extract<Action, { readonly type: 'apply' }>): boolean {
  return cause === 'drifted' || cause === 'missing';
}

/** Something that is to be done, or at least told of. */
export type PlannedAction = Exclude<Action, { readonly type: 'unchanged' }>;

/** Decides a turn: what Git wants, what we left behind, what is there → what to do, in no order. */
export function planSync(
  { objects }: Desired,
  inventory: Inventory,
  snapshot: CacheSnapshot,
): readonly Action[] {
  const desired = [...objects.values()].map((object) =>
    planDesired(object, inventory, snapshot.get(object.key)),
  );
  const uids = new Set([...objects.keys()].map((key) => snapshot.get(key)?.uid));
  const removed = [...inventory.keys()]
    .filter((key) => !objects.has(key))
    .map((key) => planRemoved(key, snapshot.get(key), uids));
  return [...desired, ...removed];
}

function planDesired(
  desired: DesiredObject,
  inventory: Inventory,
  live: CachedObject | undefined,
): Action {
  const { key, digest, object } = desired;
  if (object.metadata.annotations?.[suspendedAnnotation] === 'true')
    return { type: 'suspend', key };
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
  return live.fields === entry.fields
    ? { type: 'unchanged', key }
    : { type: 'apply', key, desired, cause: 'drifted' };
}

/** @param uids - of the objects that Git wants */
function planRemoved(
  key: ObjectKey,
  live: CachedObject | undefined,
  uids: ReadonlySet<string | undefined>,
): Action {
  // An object under two API groups has one uid: it has only moved.
  if (live === undefined || uids.has(live.uid)) return { type: 'forget', key };
  if (live.deleting) return { type: 'wait', key, isDesired: false };
  if (live.shared) return { type: 'release', key };
  const { uid, kept, controller } = live;
  if (kept !== '') return { type: 'abandon', key, uid, reason: kept };
  if (controller !== '') return { type: 'hold', key, reason: `belongs to ${controller}` };
  return { type: 'prune', key, uid };
}
