import { diagnosticLines } from '#model/diagnostic.ts';
import { roundedDuration } from '#model/duration.ts';
import type { ObjectKey } from '#model/object.ts';
import { describeOverrun } from '#model/overruns.ts';
import type { DriftedField } from '#syncer/observe/drift.ts';
import type { SyncEvent } from '#syncer/report/events.ts';

/** Formats an event for a terminal. Returns no line for an event that only programs read. */
export function formatEvent(event: SyncEvent): readonly string[] {
  switch (event.type) {
    case 'object':
      if (event.result === 'unchanged' && event.message === '') return [];
      return [line(event.cluster, event.result, named(event.key), event.message)];
    case 'drift':
      return [line(event.cluster, 'drift', named(event.key), formatDrift(event))];
    case 'health':
      return [line(event.cluster, healthWords[event.status], named(event.key), event.message)];
    case 'warning':
      return [line(event.cluster, 'warning', named(event.key), event.message)];
    case 'claimed':
      return [line(event.cluster, 'claimed', `${event.objects} objects`, event.reason)];
    case 'former':
      return [line(event.cluster, 'former', `${objectsText(event.objects)} left behind`)];
    case 'synced':
      return [line(event.cluster, 'synced', short(event.commit), resultsOf(event.counts))];
    case 'held':
      return [line(event.cluster, 'held', formatHeld(event))];
    case 'refused':
    case 'trouble':
      return [line(event.cluster, event.type, event.reason)];
    default:
      return formatRepositoryEvent(event);
  }
}

/**
 * Formats an event of a syncer, with the time at which it was printed.
 *
 * @param time - in milliseconds since the epoch
 */
export function formatTimedEvent(event: SyncEvent, time: number): readonly string[] {
  const [first, ...others] = formatEvent(event);
  return first === undefined ? [] : [`${secondOf(time)} ${first}`, ...others];
}

/** Formats a time in UTC, to the second. */
export function secondOf(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

const healthWords = { Current: 'ready', Failed: 'failing' };

type RepositoryEvent = Exclude<SyncEvent, { readonly cluster: string }>;

function formatRepositoryEvent(event: RepositoryEvent): readonly string[] {
  switch (event.type) {
    case 'source-trouble':
      return [line('repository', 'trouble', event.repository, event.reason)];
    case 'source-recovered': {
      const after = roundedDuration(event.ms);
      return [line('repository', event.repository, `reachable again after ${after}`)];
    }
    case 'published':
      return [line('repository', 'compiled', short(event.commit), `from ${short(event.source)}`)];
    case 'commit-warnings': {
      const head = line('repository', 'warnings', short(event.commit));
      return [head, ...event.diagnostics.flatMap((diagnostic) => diagnosticLines(diagnostic))];
    }
    case 'rejected-commit': {
      const { reason = 'does not compile: nothing changes on any cluster' } = event;
      const head = line('repository', 'rejected', short(event.commit), reason);
      return [head, ...event.diagnostics.flatMap((diagnostic) => diagnosticLines(diagnostic))];
    }
  }
}

function formatHeld(event: Extract<SyncEvent, { type: 'held' }>): string {
  const deletions = event.held === 1 ? '1 deletion' : `${event.held} deletions`;
  return `${deletions}: ${describeOverrun(event)}; acknowledge with regatta diff --acknowledge FILE`;
}

/** Returns a number of objects, such as `1 object`. */
export function objectsText(objects: number): string {
  return objects === 1 ? '1 object' : `${objects} objects`;
}

function short(commit: string): string {
  return commit.slice(0, 12);
}

function line(cluster: string, word: string, subject: string, detail = ''): string {
  return `${cluster.padEnd(10)} ${word.padEnd(10)} ${subject}${detail === '' ? '' : `: ${detail}`}`;
}

/** Returns the display name of an object, such as `Deployment default/web` or `ClusterRole admin`. */
export function named(key: ObjectKey): string {
  const [, kind, namespace, name] = key.split('/');
  return `${kind} ${namespace ? `${namespace}/${name}` : name}`;
}

function formatDrift({
  deleted,
  reportOnly,
  changes,
}: Extract<SyncEvent, { type: 'drift' }>): string {
  if (deleted) return reportOnly ? 'was deleted, not corrected' : 'was deleted, created again';
  const done = reportOnly ? 'reported' : 'corrected';
  const byManager = Map.groupBy(changes, ({ manager, operation, time }) =>
    [manager, operation, time].filter((word) => word !== '').join(' '),
  );
  return [...byManager]
    .map(
      ([author, fields]) => `${done}, changed by ${author}: ${fields.map(formatField).join(', ')}`,
    )
    .join('; ');
}

/** Formats a drifted field with its desired and its live value, such as `.spec.replicas 1 → 5`. */
export function formatField({ path, desired, live }: DriftedField): string {
  return `${path} ${formatValue(desired)} → ${formatValue(live)}`;
}

function formatValue(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function resultsOf(counts: Extract<SyncEvent, { type: 'synced' }>['counts']): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `${count} ${result}`)
    .join(', ');
}
