import type { ClusterObject } from '#model/binding.ts';
import type { IstioMessage } from '#model/istio-engine.ts';
import { type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import type { AnalyzedMesh } from './analyzed.ts';

/** What a message is about: a rendered object. */
interface Subject {
  /** The object on each cluster of the mesh that has it in this form; at least one. */
  readonly on: readonly ClusterObject[];
  readonly object: KubeObject;
  /** Path of the field that is the object of the message: that of the pod's template for a pod. */
  readonly within: string;
}

/** Finds the rendered objects that Istio's messages are about. */
export class MeshObjects {
  readonly mesh: AnalyzedMesh;
  readonly #byKey: ReadonlyMap<ObjectKey, readonly ClusterObject[]>;
  /** Namespaces that the fleet renders objects to, on any cluster of the mesh. */
  readonly namespaces: ReadonlySet<string>;

  constructor(mesh: AnalyzedMesh, objects: readonly ClusterObject[]) {
    const clusters = new Set(mesh.clusters);
    const own = objects.filter(({ cluster }) => clusters.has(cluster));
    this.mesh = mesh;
    this.#byKey = Map.groupBy(own, ({ object }) => keyOf(object));
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
    const known = this.mesh.pods.find(
      ({ namespace, name, cluster }) =>
        namespace === pod.namespace && name === pod.name && cluster === pod.cluster,
    );
    if (known === undefined) return undefined;
    const [kind = '', name = ''] = known.workload.split('/');
    const ending = `/${kind}/${known.namespace}/${name}`;
    const key = [...this.#byKey.keys()].find((one) => one.endsWith(ending));
    if (key === undefined) return undefined;
    return subject(this.find(key, pod.cluster), kind === 'Pod' ? '' : 'spec.template.');
  }
}

function subject(on: readonly ClusterObject[], within = ''): Subject | undefined {
  const [first] = on;
  return first && { on, object: first.object, within };
}
