import type { ClusterObject } from '#model/binding.ts';
import { hookAnnotation } from '#model/helm-hook.ts';
import { gvkOf, isFieldMap, type KubeObject } from '#model/object.ts';
import type { KnownKinds } from '../known-kinds.ts';
import { mentionsInContainers } from './jobs.ts';
import { PodIndex } from './pod-index.ts';

/** The objects of one cluster, and what may be there besides. */
export class ClusterContents {
  readonly #names = new Map<string, Set<string>>();
  readonly #byNamespace: ReadonlyMap<string, readonly KubeObject[]>;
  readonly #kinds: Pick<KnownKinds, 'isBuiltin'>;
  readonly #namespaces: ReadonlySet<string>;
  readonly #pods = new Map<string, PodIndex>();
  readonly #operated = new Map<string, boolean>();

  constructor(objects: readonly ClusterObject[], kinds: Pick<KnownKinds, 'isBuiltin'>) {
    this.#kinds = kinds;
    const all = objects.map(({ object }) => object);
    for (const object of all) this.#namesOf(object).add(object.metadata.name);
    this.#byNamespace = Map.groupBy(all, ({ metadata }) => metadata.namespace ?? '');
    const made = all.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Namespace');
    this.#namespaces = new Set(['default', ...made.map(({ metadata }) => metadata.name)]);
  }

  /**
   * Reports whether the fleet manages a namespace on the cluster. In another one, people and controllers may make objects
   * that the repository does not know.
   */
  manages(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  /** Reports whether the cluster has objects of a mesh, which may lead a Service to the pods of other clusters. */
  get isInMesh(): boolean {
    return [...this.#byNamespace.values()].some((all) =>
      all.some((object) => meshes.test(gvkOf(object).group)),
    );
  }

  in(namespace: string): readonly KubeObject[] {
    return this.#byNamespace.get(namespace) ?? [];
  }

  /** Returns the pods of the workloads in a namespace. */
  pods(namespace: string): PodIndex {
    const known = this.#pods.get(namespace) ?? new PodIndex(this.in(namespace));
    this.#pods.set(namespace, known);
    return known;
  }

  /** Returns the names of a kind in a namespace; '' for cluster-scoped objects. */
  names(groupKind: string, namespace: string): ReadonlySet<string> {
    return this.#names.get(`${groupKind}/${namespace}`) ?? new Set();
  }

  /**
   * Reports whether a controller may make an object of this name: a custom resource has or mentions the name, or an
   * annotation does, or a Job makes objects of the namespace.
   */
  mayBeMade(name: string, namespace: string): boolean {
    if (this.#isCopied(name)) return true;
    return [...this.in(namespace), ...this.in('')].some((object) => {
      if (this.#isCustom(object)) return isNamedAfter(name, object) || mentions(object, name);
      const { annotations = {} } = object.metadata;
      if (Object.values(annotations).includes(name)) return true;
      return (
        object.kind === 'Job' &&
        (hookAnnotation in annotations || mentionsInContainers(object, name))
      );
    });
  }

  /** Reports whether a controller may copy a Secret or a ConfigMap of this name from another namespace. */
  #isCopied(name: string): boolean {
    const all = [...this.#byNamespace.values()].flat();
    return all.some(
      ({ metadata: { name: other, annotations = {} } }) =>
        other === name && Object.keys(annotations).some((key) => copiers.test(key)),
    );
  }

  /** Reports whether a custom resource of the namespace may have pods, which an operator makes. */
  mayHaveOtherPods(namespace: string): boolean {
    const has =
      this.#operated.get(namespace) ??
      this.in(namespace).some(
        (object) => this.#isCustom(object) && !withoutPods.test(gvkOf(object).group),
      );
    this.#operated.set(namespace, has);
    return has;
  }

  #isCustom(object: KubeObject): boolean {
    return !this.#kinds.isBuiltin(object) && gvkOf(object).group !== '';
  }

  #namesOf(object: KubeObject): Set<string> {
    const { group, kind } = gvkOf(object);
    const key = `${group}/${kind}/${object.metadata.namespace ?? ''}`;
    const names = this.#names.get(key) ?? new Set();
    this.#names.set(key, names);
    return names;
  }
}

/** API groups of networks that connect clusters. */
const meshes =
  /^(.*\.)?(istio\.io|linkerd\.io|multicluster\.x-k8s\.io|cilium\.io|kuma\.io|submariner\.io)$/;

/** Annotations of objects that controllers copy to other namespaces. */
const copiers = /reflect|replicat|kubed|copy|sync/;

/** API groups whose kinds have no pods that users select. */
const withoutPods =
  /^(.*\.)?(cert-manager\.io|istio\.io|external-secrets\.io|bitnami\.com|gateway\.networking\.k8s\.io|autoscaling\.k8s\.io|keda\.sh|snapshot\.storage\.k8s\.io|traefik\.io|cilium\.io|projectcalico\.org)$/;

/** Operators name what they make after the custom resource: `shop`, `shop-app`. */
function isNamedAfter(name: string, { metadata }: KubeObject): boolean {
  return name === metadata.name || name.startsWith(`${metadata.name}-`);
}

function mentions(value: unknown, name: string): boolean {
  if (typeof value === 'string') return value === name;
  if (Array.isArray(value)) return value.some((item) => mentions(item, name));
  return isFieldMap(value) && Object.values(value).some((member) => mentions(member, name));
}
