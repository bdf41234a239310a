/**
 * What the syncer remembers of its deletions in a cluster, in an annotation of the inventory. A turn writes its
 * deletions there before it begins, together with digests of their keys, so that a turn after a crash counts none
 * of them twice.
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import {
  type DeletionRecord,
  memoryMs,
  mergeRecords,
  recentRecords,
  recordOf,
  withoutDeletions,
} from '#model/deletion-records.ts';
import type { ObjectKey } from '#model/object.ts';
import { renderedPathOf } from '#model/rendered-path.ts';
import { ClusterError } from '../cluster-error.ts';
import { presentIn } from '../inventory/departed.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { isAcknowledged } from './guard.ts';
import type { Action, CacheSnapshot } from './plan.ts';

/** The deletions of the last 24 hours. */
export interface DeletionMemory {
  /** Oldest first. */
  readonly records: readonly DeletionRecord[];
  /** Digests of the keys that the newest records count, but that the syncer may not have deleted yet. */
  readonly pending: ReadonlySet<string>;
}

const nothing: DeletionMemory = { records: [], pending: new Set() };

/**
 * Returns what counts now. Deletions that did not happen do not count: a deletion happened if the cluster has no such
 * object any more, or if the API server is deleting it.
 *
 * @param now - milliseconds since the epoch
 */
export function recall(
  { records, pending }: DeletionMemory,
  { inventory, snapshot }: { readonly inventory: Inventory; readonly snapshot: CacheSnapshot },
  now: number,
): DeletionMemory {
  const recent = recentRecords(records, now);
  if (pending.size === 0) return { records: recent, pending };
  const undone = [...inventory.keys()].filter((key) => {
    const live = snapshot.get(key);
    return live !== undefined && !live.deleting && pending.has(digestOf(key));
  });
  return { records: withoutDeletions(recent, undone.map(renderedPathOf)), pending: new Set() };
}

/** The state of a turn from which `remember` takes what it counts. */
interface CountedTurn {
  readonly inventory: Inventory;
  /** Paths of files below the cluster's directory. */
  readonly acknowledged: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Returns the memory with the deletions that a turn is about to make. */
export function remember(
  memory: DeletionMemory,
  actions: readonly Action[],
  { inventory, acknowledged, now }: CountedTurn,
): DeletionMemory {
  const keys = actions.flatMap((action) =>
    action.type === 'prune' && !action.isRepeated ? [action.key] : [],
  );
  if (keys.length === 0) return memory;
  const counted = keys.filter((key) => !isAcknowledged(key, acknowledged));
  const record = recordOf(now, {
    deleted: keys.map(renderedPathOf),
    counted: counted.map(renderedPathOf),
    all: [...presentIn(inventory).keys()].map(renderedPathOf),
  });
  // Without the digests, a crash counts these deletions twice. It is better to hold too much than to write
  // an annotation that the API server refuses.
  const pending = counted.length > maxPending ? [] : counted.map(digestOf);
  return { records: [...memory.records, record], pending: new Set(pending) };
}

/** Returns the memory after these objects are gone. */
export function confirmDeletions(
  memory: DeletionMemory,
  gone: readonly ObjectKey[],
): DeletionMemory {
  if (memory.pending.size === 0) return memory;
  const pending = memory.pending.difference(new Set(gone.map(digestOf)));
  return pending.size === memory.pending.size ? memory : { ...memory, pending };
}

/** Maximum number of digests in the annotation. */
const maxPending = 5000;

function digestOf(key: ObjectKey): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 8);
}

const number = v.pipe(v.number(), v.minValue(0));
const record = v.object({
  at: number,
  size: number,
  types: v.record(v.string(), v.tuple([number, number])),
});
const stored = v.object({ records: v.array(record), pending: v.array(v.string()) });

/** Maximum length of the records in the annotation, in characters. */
const maxText = 64_000;

/** Returns the text of the annotation; '' if there is nothing to remember. */
function formatMemory({ records, pending }: DeletionMemory): string {
  if (records.length === 0) return '';
  return JSON.stringify({ records: shortened(records), pending: [...pending] });
}

/**
 * Parses the annotation.
 *
 * @throws ClusterError if no syncer wrote the text. The syncer must then neither write nor prune, because it does not
 *   know what it has deleted.
 */
export function parseMemory(text: string): DeletionMemory {
  if (text === '') return nothing;
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), stored), text);
  if (!result.success)
    throw new ClusterError(
      'rejected',
      'the inventory has an invalid annotation regatta.dev/inventory-deletions',
    );
  const { records, pending } = result.output;
  return { records, pending: new Set(pending) };
}

/** Returns the text to store. It is the stored one if only time has passed, because that needs no write. */
export function nextText(text: string, memory: DeletionMemory, now: number): string {
  const { records, pending } = parseMemory(text);
  const stillCounted = records.filter(({ at }) => at > now - memoryMs);
  const next = formatMemory(memory);
  return formatMemory({ records: stillCounted, pending }) === next ? text : next;
}

/** Merges the oldest records until the text is short enough. The merged record counts for as long as the later one. */
function shortened(records: readonly DeletionRecord[]): readonly DeletionRecord[] {
  let short = records;
  while (short.length > 1 && JSON.stringify(short).length > maxText) {
    const half = Math.ceil(short.length / 2);
    const pairs = Array.from({ length: half }, (_, i) => short.slice(2 * i, 2 * i + 2));
    short = pairs.map(mergeRecords);
  }
  return short;
}
