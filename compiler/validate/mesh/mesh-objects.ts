import type { ClusterObject } from '#model/binding.ts';
import type { IstioMessage } from '#model/istio-engine.ts';
import { gvkOf, type KubeObject, keyOf, type ObjectKey, valueAt } from '#model/object.ts';
import type { AnalyzedMesh, AnalyzedPod } from './analyzed.ts';

/** The rendered object that a message is about. */
interface Subject {
  /** The object on each cluster of the mesh that has it in this form; at least one. */
  readonly on: readonly ClusterObject[];
  readonly object: KubeObject;
  /** Path of the field that is the object of the message: that of the pod's template for a pod. */
  readonly within: string;
}

/** Policies of this namespace apply to the whole mesh. */
export const rootNamespace = 'istio-system';

export const injectLabel = 'sidecar.istio.io/inject';

/** Reports whether an API group is neither Kubernetes' nor Istio's. */
function isCustom(group: string): boolean {
  return group.includes('.') && !/(^|\.)(k8s\.io|istio\.io)$/.test(group);
}

/** Finds the rendered objects that Istio's messages are about. */
export class MeshObjects {
  readonly mesh: AnalyzedMesh;
  readonly #byKey: ReadonlyMap<ObjectKey, readonly ClusterObject[]>;
  /** Namespaces that the fleet renders objects to, on any cluster of the mesh. */
  readonly namespaces: ReadonlySet<string>;

  readonly #operated: ReadonlySet<string>;
  /** Pods by cluster and namespace. */
  readonly #pods: ReadonlyMap<string, readonly AnalyzedPod[]>;
  /** Keys by kind, namespace and name. */
  readonly #keys: ReadonlyMap<string, ObjectKey>;

  constructor(mesh: AnalyzedMesh, objects: readonly ClusterObject[]) {
    const clusters = new Set(mesh.clusters);
    const own = objects.filter(({ cluster }) => clusters.has(cluster));
    this.mesh = mesh;
    this.#byKey = Map.groupBy(own, ({ object }) => keyOf(object));
    this.#pods = Map.groupBy(mesh.pods, ({ cluster, namespace }) => `${cluster}/${namespace}`);
    const keys = [...this.#byKey.keys()].toReversed();
    this.#keys = new Map(keys.map((key) => [key.slice(key.indexOf('/')), key]));
    const operated = own.filter(({ object }) => isCustom(gvkOf(object).group));
    this.#operated = new Set(operated.map(({ object }) => object.metadata.namespace ?? ''));
    this.namespaces = new Set(own.flatMap(({ object }) => object.metadata.namespace ?? []));
  }

  /** The first object of the mesh's configuration, for messages about the whole mesh. */
  get first(): readonly ClusterObject[] {
    const { config, controlPlane } = this.mesh;
    return config.slice(0, 1).flatMap((object) => this.find(keyOf(object), controlPlane));
  }

  /** Returns the object with a key on a cluster, and the same object on the other clusters. */
  find(key: ObjectKey, cluster: string): readonly ClusterObject[] {
    const all = this.#byKey.get(key) ?? [];
    const one = all.find((other) => other.cluster === cluster);
    if (one === undefined) return [];
    return [one, ...all.filter((other) => other !== one && other.object === one.object)];
  }

  /** Returns the objects of a kind that configure the mesh. */
  config(group: string, kind: string): readonly KubeObject[] {
    return this.mesh.config.filter(
      (object) => object.kind === kind && gvkOf(object).group === group,
    );
  }

  /** Returns the pods of a namespace on a cluster. */
  podsIn(cluster: string, namespace: string): readonly AnalyzedPod[] {
    return this.#pods.get(`${cluster}/${namespace}`) ?? [];
  }

  /** Reports whether a pod gets a sidecar, unless its own labels or annotations, or its namespace, exclude it. */
  hasSidecar(pod: AnalyzedPod): boolean {
    const [first] = this.everywhere(`/Namespace//${pod.namespace}`);
    if (first?.object.metadata.labels?.['istio-injection'] === 'disabled') return false;
    const { object, within = '' } = this.#workloadOf(pod) ?? {};
    const template = within === '' ? object : valueAt(object, ['spec', 'template']);
    return ['labels', 'annotations'].every(
      (field) => `${valueAt(template, ['metadata', field, injectLabel])}` !== 'false',
    );
  }

  /** Reports whether a custom resource of the namespace may have pods, which an operator makes. */
  mayHaveOtherPods(namespace: string): boolean {
    return this.#operated.has(namespace);
  }

  /** Returns the object with a key on each cluster of the mesh that has it. */
  everywhere(key: ObjectKey): readonly ClusterObject[] {
    return this.#byKey.get(key) ?? [];
  }

  /** Returns the objects of some API groups, each on all clusters of the mesh that have it. */
  ofGroups(isOne: (group: string) => boolean): readonly (readonly ClusterObject[])[] {
    return [...this.#byKey.values()].filter(
      ([first]) => first !== undefined && isOne(gvkOf(first.object).group),
    );
  }

  /** Returns all objects of a core or Istio kind, by the group and kind of their keys. */
  all(groupKind: `${string}/${string}`): readonly KubeObject[] {
    return [...this.#byKey]
      .filter(([key]) => key.startsWith(`${groupKind}/`))
      .flatMap(([, some]) => some.map(({ object }) => object));
  }

  /** Returns what a message is about; undefined for an object that no template renders. */
  subjectOf({ object: about }: IstioMessage): Subject | undefined {
    const { controlPlane } = this.mesh;
    if (about === undefined) return subject(this.first);
    if (about.ref !== undefined) return subject(this.find(about.ref as ObjectKey, controlPlane));
    const { kind, namespace, name, apiVersion = 'v1', cluster = controlPlane } = about;
    if (kind === 'Pod') return this.#podSubject({ namespace, name, cluster });
    const metadata = { name, ...(namespace !== '' && { namespace }) };
    return subject(this.find(keyOf({ apiVersion, kind, metadata }), cluster));
  }

  #podSubject(pod: {
    readonly namespace: string;
    readonly name: string;
    readonly cluster: string;
  }): Subject | undefined {
    const near = this.podsIn(pod.cluster, pod.namespace);
    const known = near.find(({ name }) => name === pod.name);
    return known && this.#workloadOf(known);
  }

  #workloadOf(known: AnalyzedPod): Subject | undefined {
    const [kind = '', name = ''] = known.workload.split('/');
    const key = this.#keys.get(`/${kind}/${known.namespace}/${name}`);
    if (key === undefined) return undefined;
    return subject(this.find(key, known.cluster), kind === 'Pod' ? '' : 'spec.template.');
  }
}

function subject(on: readonly ClusterObject[], within = ''): Subject | undefined {
  const [first] = on;
  return first && { on, object: first.object, within };
}
