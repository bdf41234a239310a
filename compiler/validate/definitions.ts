import type { ClusterObject } from '#model/binding.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';
import type { OpenApiSchema } from '#model/schema.ts';

/** A version of a custom kind, as its CustomResourceDefinition in the repository has it. */
interface CustomVersion {
  readonly name: string;
  /** Absent where the definition has none, which an API server refuses. */
  readonly schema: OpenApiSchema | undefined;
}

/** Of a custom kind, the versions that are served. */
export type CustomKind = readonly CustomVersion[];

/** The custom kinds that the repository defines. */
export interface RepositoryKinds {
  /** As a cluster gets it, by `group/Kind`; of one that gets none as any other does. */
  of(object: KubeObject, cluster: string): CustomKind | undefined;
  /** Whether the definition of an object's kind goes to a cluster. */
  reaches(object: KubeObject, cluster: string): boolean;
}

/** The kinds that rendered CustomResourceDefinitions define. */
export function kindsIn(objects: readonly ClusterObject[]): RepositoryKinds {
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

/** What is faulty in a definition is told by the schema of definitions; here it counts as absent. */
function readDefinition({ spec }: KubeObject): readonly [string, CustomKind] | undefined {
  const { group, names, versions } = fieldsOf(spec);
  const { kind } = fieldsOf(names);
  if (typeof group !== 'string' || typeof kind !== 'string' || !Array.isArray(versions)) {
    return undefined;
  }
  const served = versions.map(fieldsOf).filter(({ served }) => served !== false);
  return [
    `${group}/${kind}`,
    served.map(({ name, schema }) => ({
      name: String(name),
      schema: schemaIn(fieldsOf(schema).openAPIV3Schema),
    })),
  ];
}

function schemaIn(given: unknown): OpenApiSchema | undefined {
  return typeof given === 'object' && given !== null ? given : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Readonly<Record<string, unknown>>;
}
