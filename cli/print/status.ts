import type { ObjectKey } from '#model/object.ts';
import type { SyncStatus } from '#syncer/status/status.ts';
import { named } from './events.ts';

/** Of each list, how many objects `text` names. */
const some = 3;

const head = [
  'CLUSTER',
  'SYNC',
  'DESIRED',
  'APPLIED',
  'READY',
  'DRIFT',
  'PENDING',
  'HELD',
  'SUSPENDED',
];

/** A row a cluster, and below each what is not as it should be; `wide` names every object. */
export function formatStatus(statuses: readonly SyncStatus[], wide: boolean): readonly string[] {
  const rows = [head, ...statuses.map(cellsOf)];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    ...lines,
    ...statuses.flatMap((status) =>
      remarksOf(status, wide).map((remark) => `${status.cluster}: ${remark}`),
    ),
  ];
}

function cellsOf(status: SyncStatus): readonly string[] {
  const { cluster, sync, desired, applied, objects, ready } = status;
  const { drift, pending, held, suspended } = status;
  const isAsked = sync === 'synced' || sync === 'behind';
  const counts = [drift, pending, held, suspended].map(({ length }) => `${length}`);
  const told = isAsked
    ? [short(applied), `${ready}/${objects}`, ...counts]
    : ['-', '-', '-', '-', '-', '-'];
  return [cluster, sync, short(desired), ...told];
}

function short(commit: string): string {
  return commit.slice(0, 12) || '-';
}

function remarksOf(status: SyncStatus, wide: boolean): readonly string[] {
  const { error, lastSeen, unready, drift, pending, held, suspended, holder } = status;
  const say = (key: ObjectKey, word: string, message: string) =>
    `${named(key)} ${word}${message === '' ? '' : `: ${message}`}`;
  const lists = [
    unready.map(({ key, status: word, message }) => say(key, `is ${word}`, message)),
    drift.map(({ key, deleted }) => say(key, deleted ? 'was deleted' : 'has drifted', '')),
    pending.map(({ key, message }) => say(key, 'is pending', message)),
    held.map(({ key, message }) => say(key, 'is held', message)),
    wide ? suspended.map((key) => say(key, 'is suspended', '')) : [],
    wide && holder ? [`written to by ${holder.name}, whose last sign is of ${holder.renewed}`] : [],
  ];
  const shown = lists.flatMap((list) => (wide ? list : cut(list)));
  const seen = lastSeen === undefined ? '' : `; it last answered here at ${lastSeen}`;
  return error === '' ? shown : [`${error}${seen}`, ...shown];
}

function cut(list: readonly string[]): readonly string[] {
  const more = list.length - some;
  return more > 0 ? [...list.slice(0, some), `… and ${more} more`] : list;
}
