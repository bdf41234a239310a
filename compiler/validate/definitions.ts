import type { ClusterObject } from '#model/binding.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';

/** A custom kind, as its CustomResourceDefinition in the repository has it. */
export interface CustomKind {
  readonly definition: KubeObject;
  /** Names of the versions that are served. */
  readonly served: readonly string[];
}

/** The custom kinds that the repository defines. */
export interface RepositoryKinds {
  /** The kind of an object as a cluster gets it; on a cluster that does not get it, as any other does. */
  of(object: KubeObject, cluster: string): CustomKind | undefined;
  /** Whether the definition of an object's kind goes to a cluster. */
  reaches(object: KubeObject, cluster: string): boolean;
}

/** What a cluster gets. */
export type Rendered = Pick<ClusterObject, 'cluster' | 'object'>;

/** The kinds that rendered CustomResourceDefinitions define. */
export function kindsIn(objects: readonly Rendered[]): RepositoryKinds {
  const anywhere = new Map<string, CustomKind>();
  const byCluster = new Map<string, Map<string, CustomKind>>();
  const read = new Map<KubeObject, readonly [string, CustomKind] | undefined>();
  for (const { cluster, object } of objects) {
    if (object.kind !== 'CustomResourceDefinition') continue;
    if (!read.has(object)) read.set(object, readDefinition(object));
    const kind = read.get(object);
    if (kind === undefined) continue;
    if (!anywhere.has(kind[0])) anywhere.set(...kind);
    const there = byCluster.get(cluster) ?? new Map<string, CustomKind>();
    byCluster.set(cluster, there.set(...kind));
  }
  return {
    of: (object, cluster) =>
      byCluster.get(cluster)?.get(nameOf(object)) ?? anywhere.get(nameOf(object)),
    reaches: (object, cluster) => byCluster.get(cluster)?.has(nameOf(object)) ?? false,
  };
}

function nameOf(object: KubeObject): string {
  const { group, kind } = gvkOf(object);
  return `${group}/${kind}`;
}

/** A definition without group, kind or versions counts as absent: the check of the definition says so. */
export function readDefinition(
  definition: KubeObject,
): readonly [name: string, kind: CustomKind] | undefined {
  const { group, names, versions } = fieldsOf(definition.spec);
  const { kind } = fieldsOf(names);
  if (typeof group !== 'string' || typeof kind !== 'string' || !Array.isArray(versions)) {
    return undefined;
  }
  const served = versions.map(fieldsOf).filter(({ served }) => served !== false);
  return [`${group}/${kind}`, { definition, served: served.map(({ name }) => String(name)) }];
}

export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Readonly<Record<string, unknown>>;
}
