/** The service meshes of a fleet, `spec.meshes` of regatta.yaml. */
import type { ClusterAffinity } from './selector.ts';

/** A mesh that joins the Services of several clusters. */
export interface MeshSettings {
  /** Distinct in the fleet. */
  readonly name: string;
  /** The cluster whose Istio configuration applies to the mesh. */
  readonly controlPlane: string;
  /** The clusters whose workloads and Services belong to the mesh. */
  readonly members: ClusterAffinity;
  /** Networks by the names of clusters. Clusters without an entry share one network. */
  readonly networks: Readonly<Record<string, string>>;
  readonly trustDomain: string;
  /** Istio's mesh-wide default, which a DestinationRule may change. */
  readonly localityLoadBalancing: { readonly enabled: boolean };
}

export const defaultTrustDomain = 'cluster.local';

/** Istio balances by locality as soon as a DestinationRule has outlier detection. */
export const defaultLocalityLoadBalancing: MeshSettings['localityLoadBalancing'] = {
  enabled: true,
};

/** Reports whether an API group has kinds that configure Istio. */
export function isIstioGroup(group: string): boolean {
  return /^(networking|security|telemetry|extensions)\.istio\.io$/.test(group);
}

/** A Service that a member of a mesh lacks, although another member has it. */
export interface AbsentService {
  readonly namespace: string;
  readonly name: string;
  /** The members that have it; at least one. */
  readonly on: readonly string[];
  /** The member that lacks it. */
  readonly cluster: string;
  /**
   * Workloads of the member whose pods the Service selects, such as `Deployment/reviews-v1`; without any, the member has
   * callers in the namespace.
   */
  readonly workloads: readonly string[];
}
