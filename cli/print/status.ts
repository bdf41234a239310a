import type { ObjectKey } from '#model/object.ts';
import { type FleetInCluster, isReached, type SyncStatus } from '#syncer/status/status.ts';
import { named, objectsText } from './events.ts';

/** Maximum number of objects of each list, unless `wide`. */
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

interface FormatOptions {
  /** Whether to list all objects that need attention, and the fleets of each cluster. */
  readonly wide: boolean;
  readonly branch: string;
}

/** Formats what prevents the head of the branch, a table of clusters, then the objects that need attention. */
export function formatStatus(
  statuses: readonly SyncStatus[],
  { wide, branch }: FormatOptions,
): readonly string[] {
  const rows = [head, ...statuses.map(cellsOf)];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    ...headLines(statuses, branch),
    ...lines,
    ...statuses.flatMap((status) =>
      remarksOf(status, wide).map((remark) => `${status.cluster}: ${remark}`),
    ),
  ];
}

function headLines(statuses: readonly SyncStatus[], branch: string): readonly string[] {
  const facts = statuses.flatMap(({ notRendered, unchecked }) => notRendered ?? unchecked ?? []);
  const kept = new Set(statuses.flatMap((status) => status.kept ?? []).map(short));
  const rewound = `${branch} was force-pushed; syncers keep ${[...kept].join(', ')} until --allow-rewind`;
  return [...new Set(facts), ...(kept.size > 0 ? [rewound] : [])];
}

function cellsOf(status: SyncStatus): readonly string[] {
  const { cluster, sync, desired, applied, objects, ready } = status;
  const { drift, pending, held, suspended } = status;
  const isReachable = isReached(status);
  const counts = [drift, pending, held, suspended].map(({ length }) => `${length}`);
  const cells = isReachable
    ? [short(applied), `${ready}/${objects}`, ...counts]
    : [short(applied), '-', '-', '-', '-', '-'];
  return [cluster, sync, short(desired), ...cells];
}

function short(commit: string): string {
  return commit.slice(0, 12) || '-';
}

function remarksOf(status: SyncStatus, wide: boolean): readonly string[] {
  const { error, lastSeen, unready, drift, pending, held, suspended, holder } = status;
  const { fleet, otherFleets = [], leftBehind, orphans } = status;
  const { unsearched = [], warnings = [] } = status;
  const say = (key: ObjectKey, word: string, message: string) =>
    `${named(key)} ${word}${message === '' ? '' : `: ${message}`}`;
  const lists = [
    leftBehind === undefined ? [] : [`${objectsText(leftBehind)} left behind`],
    unready.map(({ key, status: word, message }) => say(key, `is ${word}`, message)),
    drift.map(({ key, deleted }) => say(key, deleted ? 'was deleted' : 'has drifted', '')),
    pending.map(({ key, message }) => say(key, 'is pending', message)),
    held.map(({ key, message }) => say(key, 'is held', message)),
    warnings.map(({ key, message }) => `${named(key)} ${message}`),
    orphans.map((key) => say(key, 'is an orphan', orphanMessage)),
    wide
      ? unsearched.map((group) => `may have orphans that were not listed: ${groupText(group)}`)
      : [],
    wide ? suspended.map((key) => say(key, 'is suspended', '')) : [],
    wide && fleet ? [`fleet ${described(fleet)}`] : [],
    wide ? otherFleets.map((other) => `also has objects of fleet ${described(other)}`) : [],
    wide && holder
      ? [`synced by ${holder.name}, which renewed its lease at ${holder.renewed}`]
      : [],
  ];
  const shown = lists.flatMap((list) => (wide ? list : cut(list)));
  const seen = lastSeen === undefined ? '' : `; last seen at ${lastSeen}`;
  return error === '' ? shown : [`${error}${seen}`, ...shown];
}

function groupText(group: string): string {
  if (group === '*') return 'the search took too long';
  return group === '' ? 'the core API group' : `API group ${group}`;
}

const orphanMessage = 'has the label of the fleet, but is neither in Git nor in the inventory';

function described({ name, id }: FleetInCluster): string {
  return id === '' ? 'without an id' : `${JSON.stringify(name)} (id ${id})`;
}

function cut(list: readonly string[]): readonly string[] {
  const more = list.length - some;
  return more > 0 ? [...list.slice(0, some), `… and ${more} more`] : list;
}
