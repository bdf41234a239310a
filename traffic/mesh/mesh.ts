/** A service mesh as rendered output describes it. */
import type { KubeObject } from '#model/object.ts';

/** A mesh with everything that decides its traffic. */
export interface Mesh {
  readonly name: string;
  /** The cluster whose Istio configuration applies. */
  readonly controlPlane: string;
  readonly trustDomain: string;
  /** Networks by the names of clusters. */
  readonly networks: Readonly<Record<string, string>>;
  readonly localityLoadBalancing: { readonly enabled: boolean };
  /** Objects of Istio's kinds and of the Gateway API on the control plane's cluster, ordered by key. */
  readonly config: readonly KubeObject[];
  /** The members, and the control plane's cluster if it is not among them; ordered by name. */
  readonly clusters: readonly MeshCluster[];
  /** Names of the clusters whose workloads call each other. */
  readonly members: readonly string[];
  /** Every pod by its address. */
  readonly pods: ReadonlyMap<string, MeshPod>;
}

/** The objects of one cluster that Istio and the cluster's DNS read. */
export interface MeshCluster {
  readonly name: string;
  readonly region?: string | undefined;
  readonly zone?: string | undefined;
  readonly namespaces: readonly KubeObject[];
  /** With addresses, which clusters would otherwise assign. */
  readonly services: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  /** Istio's analyzers compare them with the Services. */
  readonly deployments: readonly KubeObject[];
  readonly endpointSlices: readonly KubeObject[];
  readonly serviceExports: readonly KubeObject[];
  readonly serviceImports: readonly KubeObject[];
}

/** A pod of a rendered workload. Its name and address are made up, and stay the same while its cluster does. */
export interface MeshPod {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Kind and name of the workload, such as `Deployment/reviews-v1`. */
  readonly workload: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly address: string;
}
