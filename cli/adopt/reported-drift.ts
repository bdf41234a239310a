import type { ObjectKey } from '#model/object.ts';
import type { FieldRule } from '#model/sync-settings.ts';
import type { DriftedField } from '#syncer/observe/drift.ts';
import type { Drift, SyncStatus } from '#syncer/status/status.ts';

/** One drifted object, with the field rules that would accept its changes. */
export interface ReportedDrift extends Drift {
  readonly cluster: string;
  readonly rules: readonly FieldRule[];
}

/** Returns the drifted objects of all clusters. */
export function driftsOf(statuses: readonly SyncStatus[]): readonly ReportedDrift[] {
  return statuses.flatMap(({ cluster, drift }) =>
    drift.map((object) => ({ ...object, cluster, rules: rulesFor(object) })),
  );
}

/** Returns a rule for each manager. Removed and added fields get no rule, because a rule needs both values. */
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
