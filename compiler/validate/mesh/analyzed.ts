import type { IstioMessage } from '#model/istio-engine.ts';
import type { KubeObject } from '#model/object.ts';

/** A mesh with what Istio's analyzers and validators found in it. */
export interface AnalyzedMesh {
  readonly name: string;
  /** The cluster whose Istio configuration applies. */
  readonly controlPlane: string;
  /** The cluster's objects that configure the mesh. */
  readonly config: readonly KubeObject[];
  /** Names of all clusters of the mesh. */
  readonly clusters: readonly string[];
  readonly pods: readonly AnalyzedPod[];
  /** Services that the clusters of their pods or callers lack. */
  readonly absent: readonly AbsentService[];
  /** Absent if the mesh has no Istio configuration. */
  readonly findings?: MeshFindings;
}

/** The messages of Istio, or the reason why there are none. */
export type MeshFindings =
  | { readonly type: 'analyzed'; readonly messages: readonly IstioMessage[] }
  | { readonly type: 'unavailable'; readonly reason: string };

/** A pod as Istio knows it. */
export interface AnalyzedPod {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Kind and name of the workload, such as `Deployment/reviews-v1`. */
  readonly workload: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A Service that a member of a mesh lacks, although another member has it. */
export interface AbsentService {
  readonly namespace: string;
  readonly name: string;
  /** The members that have it; at least one. */
  readonly on: readonly string[];
  /** The member that lacks it. */
  readonly cluster: string;
  /** Workloads of the member whose pods the Service selects, such as `Deployment/reviews-v1`. */
  readonly workloads: readonly string[];
}
