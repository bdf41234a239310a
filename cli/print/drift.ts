import type { DriftedField } from '#syncer/observe/drift.ts';
import type { Drift } from '#syncer/status/status.ts';
import type { Adoption } from '../adopt/adopt.ts';
import type { ReportedDrift } from '../adopt/reported-drift.ts';
import { formatField, named } from './events.ts';

export function formatDrifts(drifts: readonly ReportedDrift[]): readonly string[] {
  const rules = new Set(drifts.flatMap((drift) => drift.rules.map((rule) => JSON.stringify(rule))));
  const settings = [
    '',
    'to let these managers keep the fields, add this to regatta.yaml:',
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
  return changes.map((change) => `${head}: ${formatChange(change)}`);
}

function formatChange(change: DriftedField): string {
  const { manager, operation, time } = change;
  const author = [manager, operation, time].filter((word) => word !== '').join(' ');
  return `${formatField(change)}, by ${author}`;
}

/** Formats the drift of an object that a sync would leave. */
export function formatLeft({
  cluster,
  key,
  deleted,
  changes,
}: Drift & { readonly cluster: string }): readonly string[] {
  const head = `${cluster}: ${named(key)} keeps its drift`;
  if (deleted) return [`${head}: was deleted`];
  if (changes.length === 0) return [`${head}, which was not compared`];
  return changes.map((change) => `${head}: ${formatChange(change)}`);
}

export function formatAdoption({ key, path, clusters, at, reason }: Adoption): string {
  const what = `${named(key)}: ${path} on ${clusters.join(', ')}`;
  return reason === '' ? `adopted    ${what}: ${at}` : `refused    ${what}: ${reason}`;
}
