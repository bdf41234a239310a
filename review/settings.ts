import { formatDuration } from '#model/duration.ts';
import type { FleetSettings } from '#model/fleet.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { isAmong } from '#model/name-pattern.ts';
import { isFieldMap } from '#model/object.ts';
import type { DriftRule, SyncScope } from '#model/sync-settings.ts';
import type { FieldChange, Hunk } from './review.ts';

/**
 * Returns a hunk for each setting that a change of the repository changes. Settings decide what reviews
 * and syncers allow, so that each of them is a risk.
 *
 * @param clusters - names of the clusters that the later commit renders
 */
export function settingsHunks(
  before: FleetSettings,
  after: FleetSettings,
  clusters: readonly string[],
): readonly Hunk[] {
  const { name: oldName, ...old } = before;
  const { name, ...now } = after;
  return [...changed('metadata.name', oldName, name), ...changed('spec', old, now)].map((change) =>
    settingsHunk(change.path, [change], messageOf(change, clusters)),
  );
}

/** Returns a hunk about regatta.yaml that reviewers should check. */
export function settingsHunk(what: string, fields: readonly FieldChange[], message: string): Hunk {
  return {
    type: 'changed',
    file: fleetFile,
    objects: [],
    clusters: [],
    from: [],
    causes: [],
    fields,
    risks: [{ code: 'settings', message: `${what}: ${message}` }],
  };
}

/** Returns the settings at or below a path that differ. A list is one setting. */
function changed(path: string, before: unknown, after: unknown): readonly FieldChange[] {
  const maps = [before, after].filter(isFieldMap);
  const isBranch = maps.some((map) => Object.keys(map).length > 0);
  if (isBranch && [before, after].every((side) => side === undefined || isFieldMap(side))) {
    const keys = new Set(maps.flatMap((map) => Object.keys(map)));
    const [old, now] = [Object(before), Object(after)];
    return [...keys].flatMap((key) => changed(`${path}.${key}`, old[key], now[key]));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  // In regatta.yaml a duration is a text with its unit.
  const isDuration = path.endsWith('Ms');
  const written = (value: unknown) =>
    isDuration && typeof value === 'number' ? formatDuration(value) : value;
  return [{ path: path.replace(/Ms$/, ''), before: written(before), after: written(after) }];
}

function messageOf({ path, before, after }: FieldChange, clusters: readonly string[]): string {
  const effect = effectOf(path, { before, after }, clusters);
  return `${shown(before)} → ${shown(after)}${effect === undefined ? '' : `: ${effect}`}`;
}

/** Returns what a change of a setting does to the clusters; undefined unless it stops their changes. */
function effectOf(
  path: string,
  { before, after }: Pick<FieldChange, 'before' | 'after'>,
  clusters: readonly string[],
): string | undefined {
  const stopped = stopping[path];
  if (stopped === undefined) return undefined;
  const isStopped = (scopes: unknown, cluster: string) =>
    stopped(scopes).some((scope) => isAmong(scope.clusters, cluster));
  const more = clusters.filter((name) => isStopped(after, name) && !isStopped(before, name));
  if (more.length === 0) return undefined;
  const isPart = stopped(after).some(
    ({ namespaces, kinds, names }) => namespaces ?? kinds ?? names,
  );
  const what = more.length === 1 ? '1 cluster' : `${more.length} clusters`;
  return isPart ? `objects of ${what} would no longer change` : `${what} would no longer change`;
}

/** The settings that stop changes of clusters, with the scopes in which they do. */
const stopping: Readonly<Record<string, (value: unknown) => readonly SyncScope[]>> = {
  'spec.sync.suspended': (value) => (value ?? []) as readonly SyncScope[],
  'spec.sync.drift': (value) =>
    ((value ?? []) as readonly DriftRule[]).filter(({ mode }) => mode === 'freeze'),
};

/** Formats a value in one line, as in regatta.yaml: `none`, `10%`, `clusters "*"`. */
function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shownItem).join('; ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shownItem(item: unknown): string {
  if (!isFieldMap(item)) return JSON.stringify(item);
  const fields = Object.entries(item).filter(([, value]) => value !== undefined);
  return fields.map(([key, value]) => `${key} ${listed(value)}`).join(', ');
}

function listed(value: unknown): string {
  return [value]
    .flat()
    .map((one) => JSON.stringify(one))
    .join(' ');
}
