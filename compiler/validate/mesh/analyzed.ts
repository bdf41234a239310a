import type { IstioMessage } from '#model/istio-engine.ts';
import type { AbsentService } from '#model/mesh.ts';
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

/** The messages of Istio, or the reason why its analyzers did not run. */
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
