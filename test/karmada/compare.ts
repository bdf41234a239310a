/** Compares Karmada's result with Regatta's: manifests and placements exactly, messages not at all. */
import type { KubeObject } from '#model/object.ts';
import type { Answer, ReportedObject } from './karmada-case.ts';

/** Returns the first difference, such as `placement.….replicas: expected 2, got 3`; undefined without one. */
export function firstDifference(expected: Answer, actual: Answer): string | undefined {
  const [want, got] = [comparable(expected), comparable(actual)];
  return difference('', want, got);
}

function comparable(answer: Answer): unknown {
  return {
    rejected: keys(answer.rejected),
    skipped: answer.skipped?.toSorted() ?? [],
    unmatched: answer.unmatched?.toSorted() ?? [],
    waiting: keys(answer.waiting),
    unscheduled: keys(answer.unscheduled),
    placement: answer.placement,
    failed: keys(answer.failed),
    suspended: manifests(answer.suspended ?? {}),
    clusters: manifests(answer.clusters),
  };
}

function keys(reported: readonly ReportedObject[] = []): readonly string[] {
  return reported
    .map(({ object, cluster, reason }) => [object, cluster, reason].filter(Boolean).join(' '))
    .toSorted();
}

function manifests(clusters: Readonly<Record<string, readonly KubeObject[]>>): unknown {
  return Object.fromEntries(
    Object.entries(clusters).map(([cluster, objects]) => [
      cluster,
      Object.fromEntries(objects.map((object) => [titleOf(object), withoutBookkeeping(object)])),
    ]),
  );
}

function titleOf({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name].join('/');
}

const bookkeeping: ReadonlySet<string> = new Set([
  'karmada.io/managed',
  ...['propagationpolicy', 'clusterpropagationpolicy', 'resourcebinding', 'clusterresourcebinding']
    .concat('work')
    .map((owner) => `${owner}.karmada.io/permanent-id`),
  'propagationpolicy.karmada.io/namespace',
  'propagationpolicy.karmada.io/name',
  'clusterpropagationpolicy.karmada.io/name',
  'resourcebinding.karmada.io/namespace',
  'resourcebinding.karmada.io/name',
  'clusterresourcebinding.karmada.io/name',
  'work.karmada.io/name',
  'work.karmada.io/namespace',
  'work.karmada.io/conflict-resolution',
  'resourcetemplate.karmada.io/uid',
  'resourcetemplate.karmada.io/generation',
  'resourcetemplate.karmada.io/managed-annotations',
  'resourcetemplate.karmada.io/managed-labels',
]);

function withoutBookkeeping(object: KubeObject): object {
  const { labels = {}, annotations = {}, ...metadata } = object.metadata;
  const { spec, ...rest } = object;
  const bare = object.kind === 'Namespace' && object.apiVersion === 'v1' && isEmpty(spec);
  return {
    ...rest,
    ...(bare || spec === undefined ? {} : { spec }),
    metadata: { ...metadata, ...kept('labels', labels), ...kept('annotations', annotations) },
  };
}

function kept(field: string, map: Readonly<Record<string, string>> | null): object {
  const entries = Object.entries(map ?? {}).filter(([key]) => !bookkeeping.has(key));
  return entries.length === 0 ? {} : { [field]: Object.fromEntries(entries) };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function difference(path: string, want: unknown, got: unknown): string | undefined {
  if (isContainer(want) && isContainer(got) && Array.isArray(want) === Array.isArray(got)) {
    for (const key of [...new Set([...Object.keys(want), ...Object.keys(got)])].toSorted()) {
      const found = difference(`${path}${path && '.'}${key}`, want[key], got[key]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return want === got ? undefined : `${path}: expected ${show(want)}, got ${show(got)}`;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200);
}
