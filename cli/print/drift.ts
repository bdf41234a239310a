import type { ObjectKey } from '#model/object.ts';
import type { FieldRule } from '#model/sync-settings.ts';
import type { DriftedField } from '#syncer/observe/drift.ts';
import type { Drift, SyncStatus } from '#syncer/status/status.ts';
import type { Adoption } from '../adopt/adopt.ts';
import { formatField, named } from './events.ts';

/** One object that somebody has changed, and the rules that would leave it so. */
export interface ToldDrift extends Drift {
  readonly cluster: string;
  readonly rules: readonly FieldRule[];
}

export function driftsOf(statuses: readonly SyncStatus[]): readonly ToldDrift[] {
  return statuses.flatMap(({ cluster, drift }) =>
    drift.map((one) => ({ ...one, cluster, rules: rulesFor(one) })),
  );
}

export function formatDrifts(drifts: readonly ToldDrift[]): readonly string[] {
  if (drifts.length === 0) return [];
  const rules = new Set(drifts.flatMap((drift) => drift.rules.map((rule) => JSON.stringify(rule))));
  const offer = ['', 'to leave these fields to whoever has set them, in regatta.yaml:'];
  const settings = [
    'spec:',
    '  sync:',
    '    fields:',
    ...[...rules].map((rule) => `      - ${rule}`),
  ];
  return [...drifts.flatMap(formatOne), ...(rules.size > 0 ? [...offer, ...settings] : [])];
}

function formatOne({ cluster, key, deleted, changes }: ToldDrift): readonly string[] {
  const head = `${cluster.padEnd(10)} ${named(key)}`;
  if (deleted) return [`${head}: was deleted`];
  return changes.map((change) => {
    const { manager, operation, time } = change;
    const author = [manager, operation, time].filter((word) => word !== '').join(' ');
    return `${head}: ${formatField(change)}, by ${author}`;
  });
}

/** A rule for each manager; none for what was removed, as nobody has it. */
function rulesFor({ key, changes }: Drift): readonly FieldRule[] {
  const set = changes.filter(({ live, desired }) => live !== undefined && desired !== undefined);
  return [...Map.groupBy(set, ({ manager }) => manager)].map(([manager, fields]) =>
    ruleFor(key, manager, fields),
  );
}

function ruleFor(key: ObjectKey, manager: string, fields: readonly DriftedField[]): FieldRule {
  const [group = '', kind = '', namespace = '', name = ''] = key.split('/');
  return {
    managers: [manager.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')],
    kinds: [group === '' ? kind : `${group}/${kind}`],
    ...(namespace !== '' && { namespaces: [namespace] }),
    names: [name],
    paths: [...new Set(fields.map(({ pointer }) => pointer))],
    resolution: 'Yield',
  };
}

export function formatAdoption({ key, path, clusters, at, reason }: Adoption): string {
  const what = `${named(key)}: ${path} of ${clusters.join(', ')}`;
  return reason === '' ? `adopted    ${what}: ${at}` : `refused    ${what}: ${reason}`;
}
