import type { OverriddenObject } from '#compiler/override/applied.ts';
import type { LeftOut } from '#model/left-out.ts';
import { type KubeObject, referenceTo } from '#model/object.ts';
import { preservedAnnotation, suspendedAnnotation } from '#model/rendered.ts';
import { readYaml } from '#model/yaml.ts';
import type { Answer, KarmadaCase } from './karmada-case.ts';

/** The part of `compile -o json` that the tests compare. */
export interface Report extends LeftOut {
  readonly overridden: readonly OverriddenObject[];
}

/**
 * Converts the output of a compile to the form of Karmada's recorded results.
 *
 * @param output - texts of files in rendered/ and bindings/, by path
 */
export function answerOf(
  { files }: KarmadaCase,
  output: ReadonlyMap<string, string>,
  report: Report,
): Answer {
  const rejected = new Set(report.rejected.map(({ object }) => object));
  const accepted = Object.entries(files)
    .filter(([file]) => file.startsWith('clusters/'))
    .flatMap(([, text]) => objectsIn(text))
    .filter((cluster) => !rejected.has(referenceTo(cluster)))
    .map(({ metadata }) => metadata.name);
  const rendered = [...output].flatMap(([file, text]) => {
    const [root, cluster = ''] = file.split('/');
    return root === 'rendered' ? objectsIn(text).map((object) => ({ cluster, object })) : [];
  });
  const [suspended = [], landed = []] = [true, false].map((wanted) =>
    rendered.filter(({ object }) => isSuspended(object) === wanted),
  );
  const none = accepted.map((cluster) => [cluster, []] as const);
  return {
    ...report,
    clusters: { ...Object.fromEntries(none), ...byCluster(landed) },
    suspended: byCluster(suspended),
    placement: placementOf(output, report, rendered),
  };
}

function objectsIn(text: string): readonly KubeObject[] {
  const documents = readYaml(text);
  if ('offset' in documents) throw new Error(`no YAML: ${documents.message}\n${text}`);
  return documents as readonly KubeObject[];
}

function isSuspended({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[suspendedAnnotation] === 'true';
}

interface Landed {
  readonly cluster: string;
  readonly object: KubeObject;
}

function byCluster(entries: readonly Landed[]): Readonly<Record<string, readonly KubeObject[]>> {
  const groups = Map.groupBy(entries, ({ cluster }) => cluster);
  return Object.fromEntries(
    groups
      .entries()
      .map(([cluster, group]) => [cluster, group.map(({ object }) => forCluster(object))]),
  );
}

/** Returns an object without the annotations that only the syncer reads. */
function forCluster(object: KubeObject): KubeObject {
  const {
    [suspendedAnnotation]: _suspended,
    [preservedAnnotation]: _preserved,
    ...annotations
  } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations } };
}

interface Binding extends KubeObject {
  readonly spec: {
    readonly resource: Readonly<Record<'apiVersion' | 'kind' | 'namespace' | 'name', string>>;
    readonly clusters?: readonly { readonly name: string; readonly replicas?: number }[];
    readonly replicas?: number;
    readonly requiredBy?: readonly {
      readonly namespace: string;
      readonly name: string;
      readonly clusters: readonly { readonly name: string }[];
    }[];
  };
  readonly status?: { readonly schedulerObservingAffinityName?: string };
}

function placementOf(
  output: ReadonlyMap<string, string>,
  { overridden }: Report,
  rendered: readonly Landed[],
): Readonly<Record<string, object>> {
  const landed = new Map(rendered.map(({ object }) => [referenceTo(object), object]));
  const overrides = Map.groupBy(overridden, ({ object }) => object);
  const bindings = [...output]
    .filter(([file]) => file.startsWith('bindings/'))
    .flatMap(([, text]) => objectsIn(text) as readonly Binding[]);
  return Object.fromEntries(
    bindings.map((binding) => {
      const { apiVersion, kind, name, namespace } = binding.spec.resource;
      const metadata = { name, ...(namespace ? { namespace } : {}) };
      const object = referenceTo({ apiVersion, kind, metadata });
      const rules = overrides
        .get(object)
        ?.map(({ object: _, cluster, ...names }) => [cluster, names]);
      return [
        object,
        {
          ...decisionOf(binding),
          ...flagsOf(landed.get(object)),
          ...(rules && { overrides: Object.fromEntries(rules) }),
        },
      ];
    }),
  );
}

function decisionOf({ metadata, spec, status }: Binding): object {
  const { replicas, clusters = [], requiredBy = [] } = spec;
  const affinity = status?.schedulerObservingAffinityName;
  return {
    policy: policyOf(metadata.annotations ?? {}),
    ...(replicas ? { replicas } : {}),
    clusters: clusters.map((target) =>
      target.replicas ? { name: target.name, replicas: target.replicas } : { name: target.name },
    ),
    ...(affinity === undefined ? {} : { affinityName: affinity }),
    ...(requiredBy.length > 0 && {
      requiredBy: Object.fromEntries(
        requiredBy.map((referrer) => [
          `${referrer.namespace}/${referrer.name}`,
          referrer.clusters.map(({ name }) => name),
        ]),
      ),
    }),
  };
}

/** Returns the flags that Karmada adds for the member cluster; empty for an object without clusters. */
function flagsOf(object: KubeObject | undefined): object {
  if (object === undefined) return {};
  const { annotations = {} } = object.metadata;
  const overwrites = annotations['work.karmada.io/conflict-resolution'] === 'overwrite';
  return {
    conflictResolution: overwrites ? 'overwrite' : 'abort',
    ...(annotations[preservedAnnotation] === 'true' && { preserveResourcesOnDeletion: true }),
  };
}

function policyOf(annotations: Readonly<Record<string, string>>): object | null {
  const name = annotations['propagationpolicy.karmada.io/name'];
  const namespace = annotations['propagationpolicy.karmada.io/namespace'];
  if (name !== undefined) return { kind: 'PropagationPolicy', namespace, name };
  const ofCluster = annotations['clusterpropagationpolicy.karmada.io/name'];
  return ofCluster === undefined ? null : { kind: 'ClusterPropagationPolicy', name: ofCluster };
}
