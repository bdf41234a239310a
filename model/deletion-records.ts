/**
 * What a cluster lost within the last 24 hours. The syncer keeps these records in the cluster's inventory, and a
 * review reads them from the history of the branch.
 */

import { typeIn } from './rendered-path.ts';

/** How long a deletion counts, in milliseconds. */
export const memoryMs: number = 24 * 60 * 60_000;

/** Deletions at one time, by type. A type is the part of a file name before the object's name, such as `deployment.apps`. */
export interface DeletionRecord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Number of objects in the cluster before the deletions. */
  readonly size: number;
  readonly types: Readonly<Record<string, TypeRecord>>;
}

/** The number of deletions without an acknowledgement, and the number of objects of the type before them. */
export type TypeRecord = readonly [deleted: number, size: number];

/** Returns the number of files of each type. */
function countTypes(files: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) {
    const type = typeIn(file);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

/**
 * Returns a record of deletions.
 *
 * @param deleted - files that are deleted now
 * @param counted - those among them without an acknowledgement
 * @param all - all files of the cluster, before the deletions
 */
export function recordOf(
  at: number,
  { deleted, counted, all }: Record<'deleted' | 'counted' | 'all', readonly string[]>,
): DeletionRecord {
  const [sizes, counts] = [countTypes(all), countTypes(counted)];
  const types = [...countTypes(deleted).keys()].map((type) => {
    return [type, [counts.get(type) ?? 0, sizes.get(type) ?? 0]] as const;
  });
  return { at, size: all.length, types: Object.fromEntries(types) };
}

/**
 * Returns the records that still count. A record from the future counts as one of now: the clock that wrote it was
 * wrong, and its deletions must not count for longer than 24 hours.
 */
export function recentRecords(
  records: readonly DeletionRecord[],
  now: number,
): readonly DeletionRecord[] {
  return records
    .filter(({ at }) => at > now - memoryMs)
    .map((record) => (record.at > now ? { ...record, at: now } : record));
}

/** Returns the records without deletions that did not happen after all. The newest record of their type had counted them. */
export function withoutDeletions(
  records: readonly DeletionRecord[],
  files: readonly string[],
): readonly DeletionRecord[] {
  const left = new Map(countTypes(files));
  const kept = records.toReversed().map((record) => {
    const types = Object.entries(record.types).map(([type, [deleted, size]]) => {
      const back = Math.min(deleted, left.get(type) ?? 0);
      left.set(type, (left.get(type) ?? 0) - back);
      return [type, [deleted - back, size]] as const;
    });
    return { ...record, types: Object.fromEntries(types) };
  });
  return kept.toReversed();
}

/** Merges consecutive records, oldest first. The result counts for as long as the last one. */
export function mergeRecords(records: readonly DeletionRecord[]): DeletionRecord {
  const types = new Map<string, TypeRecord>();
  for (const [type, [deleted, size]] of records.flatMap((one) => Object.entries(one.types))) {
    const [before, largest] = types.get(type) ?? [0, 0];
    types.set(type, [before + deleted, Math.max(largest, size)]);
  }
  return {
    at: Math.max(...records.map(({ at }) => at)),
    size: Math.max(...records.map(({ size }) => size)),
    types: Object.fromEntries(types),
  };
}

/** The deletions of some types in the records, and the largest number of objects of these types. */
export interface Counted {
  readonly deleted: number;
  readonly size: number;
}

/** Counts the deletions in the records; `matches` selects types, and without it all of them count. */
export function countRecords(
  records: readonly DeletionRecord[],
  matches?: (type: string) => boolean,
): Counted {
  let [deleted, largest] = [0, 0];
  for (const { size, types } of records) {
    const some = Object.entries(types).filter(([type]) => matches?.(type) ?? true);
    deleted += some.reduce((sum, [, [count]]) => sum + count, 0);
    const ofTypes = some.reduce((sum, [, [, count]]) => sum + count, 0);
    largest = Math.max(largest, matches === undefined ? size : ofTypes);
  }
  return { deleted, size: largest };
}
