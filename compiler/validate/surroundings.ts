import type { ClusterObject } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';
import type { Labels } from '#model/object-check.ts';
import type { Surroundings } from './check-requests.ts';
import { fieldsOf } from './definitions.ts';
import { minorOf } from './served.ts';

/** Versions 1.x of Kubernetes that the engine emulates. It checks an older cluster as the oldest one. */
const oldest = 34;
const newest = 37;

/** Everything besides definitions that determines the checks on one cluster. */
export interface ClusterSurroundings extends Pick<Surroundings, 'release' | 'policies'> {
  namespaceLabels(namespace: string | undefined): Labels | undefined;
}

/** Returns the surroundings of each cluster, from the objects that the compiler renders for it. */
export function surroundingsOf(
  clusters: readonly Cluster[],
  objects: readonly ClusterObject[],
): ReadonlyMap<string, ClusterSurroundings> {
  const byName = new Map(clusters.map((cluster) => [cluster.metadata.name, cluster]));
  const rendered = Map.groupBy(objects, ({ cluster }) => cluster);
  return new Map(
    [...rendered].map(([name, there]) => {
      const all = there.map(({ object }) => object);
      return [name, clusterSurroundings(byName.get(name), all)] as const;
    }),
  );
}

function clusterSurroundings(
  cluster: Cluster | undefined,
  objects: readonly KubeObject[],
): ClusterSurroundings {
  const policies = admissionPolicies(objects);
  const namespaces = new Map(
    objects
      .filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Namespace')
      .map(({ metadata }) => [metadata.name, relevantLabels(metadata.labels, policies)]),
  );
  return {
    release: releaseOf(cluster),
    policies,
    namespaceLabels: (namespace = '') => namespaces.get(namespace),
  };
}

/** Returns the release to emulate for a cluster: the newest one if its status has no version. */
export function releaseOf(cluster: Cluster | undefined): string {
  const minor = cluster && minorOf(cluster);
  return `1.${Math.min(newest, Math.max(oldest, minor ?? newest))}`;
}

/** Returns the labels of a namespace that affect admission. Without policies, only Pod Security reads them. */
function relevantLabels(labels: Labels = {}, policies: readonly KubeObject[]): Labels | undefined {
  if (policies.length > 0) return labels;
  const read = Object.entries(labels).filter(([name]) =>
    name.startsWith('pod-security.kubernetes.io/'),
  );
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

const group = 'admissionregistration.k8s.io';

/** Returns the ValidatingAdmissionPolicies with their bindings and parameter objects. */
function admissionPolicies(objects: readonly KubeObject[]): readonly KubeObject[] {
  const isOf = (kind: string) => (object: KubeObject) =>
    object.kind === kind && gvkOf(object).group === group;
  const policies = objects.filter(isOf('ValidatingAdmissionPolicy'));
  if (policies.length === 0) return [];
  const kinds = new Set(
    policies.map(({ spec }) => {
      const { apiVersion, kind } = fieldsOf(fieldsOf(spec).paramKind);
      return `${apiVersion} ${kind}`;
    }),
  );
  const parameters = objects.filter(({ apiVersion, kind }) => kinds.has(`${apiVersion} ${kind}`));
  return [...policies, ...objects.filter(isOf('ValidatingAdmissionPolicyBinding')), ...parameters];
}
