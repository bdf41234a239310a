import type { Adoption } from '../adopt/adopt.ts';
import type { ReportedDrift } from '../adopt/reported-drift.ts';
import { formatField, named } from './events.ts';

export function formatDrifts(drifts: readonly ReportedDrift[]): readonly string[] {
  const rules = new Set(drifts.flatMap((drift) => drift.rules.map((rule) => JSON.stringify(rule))));
  const settings = [
    '',
    'to leave these fields to their managers, add this to regatta.yaml:',
    'spec:',
    '  sync:',
    '    fields:',
    ...[...rules].map((rule) => `      - ${rule}`),
  ];
  return [...drifts.flatMap(formatOne), ...(rules.size > 0 ? settings : [])];
}

function formatOne({ cluster, key, deleted, changes }: ReportedDrift): readonly string[] {
  const head = `${cluster.padEnd(10)} ${named(key)}`;
  if (deleted) return [`${head}: was deleted`];
  return changes.map((change) => {
    const { manager, operation, time } = change;
    const author = [manager, operation, time].filter((word) => word !== '').join(' ');
    return `${head}: ${formatField(change)}, by ${author}`;
  });
}

export function formatAdoption({ key, path, clusters, at, reason }: Adoption): string {
  const what = `${named(key)}: ${path} on ${clusters.join(', ')}`;
  return reason === '' ? `adopted    ${what}: ${at}` : `refused    ${what}: ${reason}`;
}
