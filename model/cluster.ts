/** cluster.karmada.io/v1alpha1 Cluster: a member cluster, in Karmada's own fields. */
import type { KubeObject, ObjectMeta } from './object.ts';

/** A taint of a member cluster. */
export interface Taint {
  readonly key: string;
  /** '' when absent. */
  readonly value: string;
  readonly effect: 'NoSchedule' | 'NoExecute';
}

/** One grade of `spec.resourceModels`: nodes whose resources lie in these ranges. */
export interface ResourceModel {
  readonly grade: number;
  readonly ranges: readonly ResourceModelRange[];
}

/** The range of one resource in a grade: from `min` on, and below `max`. */
export interface ResourceModelRange {
  /** Resource name, such as `cpu`. */
  readonly name: string;
  readonly min: Quantity;
  readonly max: Quantity;
}

/** A Kubernetes quantity as its author wrote it, `100m` or 2. */
export type Quantity = string | number | bigint;

export type ResourceList = Readonly<Record<string, Quantity>>;

/** The kinds that a cluster serves in one API version. */
export interface ApiEnablement {
  readonly groupVersion: string;
  readonly resources: readonly { readonly kind: string; readonly name?: string | undefined }[];
}

/** The resources of a cluster, in total and as used by its pods. */
export interface ResourceSummary {
  readonly allocatable: ResourceList;
  readonly allocating: ResourceList;
  readonly allocated: ResourceList;
  readonly allocatableModelings: readonly { readonly grade: number; readonly count: number }[];
}

/** The last reported status of a cluster, limited to the fields that placement reads. */
export interface ClusterStatus {
  /** Version of the cluster's API server, such as `v1.33.1`. */
  readonly kubernetesVersion?: string | undefined;
  readonly apiEnablements?: readonly ApiEnablement[] | undefined;
  readonly resourceSummary?: ResourceSummary | undefined;
}

/** The fields of a Cluster's spec that Regatta reads. */
export interface ClusterSpec {
  readonly syncMode: 'Push' | 'Pull';
  /** '' when absent. */
  readonly provider: string;
  /** '' when absent. */
  readonly region: string;
  /** Includes the deprecated `zone`. */
  readonly zones: readonly string[];
  readonly taints: readonly Taint[];
  readonly resourceModels: readonly ResourceModel[];
}

export interface Cluster extends KubeObject {
  readonly metadata: ObjectMeta;
  readonly spec: ClusterSpec;
  /** Absent if Git has no status. The compiler then does not know the cluster's APIs and resources. */
  readonly status?: ClusterStatus | undefined;
}

/** Reports whether a text is a name by Karmada's rule, which also makes it safe as the name of a directory. */
export function isClusterName(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/.test(text);
}
