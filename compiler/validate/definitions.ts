import type { ClusterObject } from '#model/binding.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';

/** A custom kind with its CustomResourceDefinition. */
export interface CustomKind {
  readonly definition: KubeObject;
  /** Names of the served versions. */
  readonly served: readonly string[];
}

/** The custom kinds that the repository defines. */
export interface RepositoryKinds {
  /** Returns an object's kind as defined on a cluster, or on any other cluster if this one lacks the definition. */
  of(object: KubeObject, cluster: string): CustomKind | undefined;
  /** Reports whether the repository renders the definition of an object's kind for a cluster. */
  reaches(object: KubeObject, cluster: string): boolean;
}

/** An object as rendered for a cluster. */
export type Rendered = Pick<ClusterObject, 'cluster' | 'object'>;

/** Returns the kinds of the rendered CustomResourceDefinitions. */
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

/** Reads a definition. Returns undefined if the definition lacks group, kind or versions, which its own check reports. */
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
