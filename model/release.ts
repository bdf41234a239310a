/** regatta.dev/v1alpha1 HelmRelease: a chart, with the values and options to render it with. */
import type { JsonObject, KubeObject } from './object.ts';
import type { ClusterAffinity } from './selector.ts';

/** Values of a release: those of the files in order, then the inline values. */
export interface ReleaseValues {
  /** Paths relative to the repository, or with `./` and `../` to the file of the HelmRelease. */
  readonly valuesFiles: readonly string[];
  readonly values: JsonObject;
}

/** Values for some clusters, which override the values for all clusters. */
export interface ClusterValues extends ReleaseValues {
  readonly clusterAffinity: ClusterAffinity;
}

export interface HelmRelease extends KubeObject {
  readonly kind: 'HelmRelease';
  readonly spec: ReleaseValues & {
    /** Path of the chart's folder, resolved like values files; with `repository`, the chart's name there. */
    readonly chart: string;
    /** Source of a remote chart: the address of a repository index, or `oci://…`. */
    readonly repository?: string | undefined;
    /** Version of the chart; set when `repository` is set. */
    readonly version?: string | undefined;
    /** Absent means the object's name. */
    readonly releaseName?: string | undefined;
    readonly includeCRDs: boolean;
    /** API versions that the chart sees, added to those of the cluster's release and the repository's CRDs. */
    readonly apiVersions: readonly string[];
    /** Render without checking values against the schemas in the chart. */
    readonly skipSchemaValidation: boolean;
    /** Seeded derives random values from the names of fleet, release, namespace and chart. Absent makes them an error. */
    readonly random?: 'Seeded' | undefined;
    /** Ordered renders the hooks of installations and upgrades as objects that wait for each other. Absent leaves hooks out. */
    readonly hooks?: 'Ordered' | undefined;
    /** Later entries override earlier ones. */
    readonly clusterValues: readonly ClusterValues[];
  };
}

/** apiVersion and kind of a HelmRelease. */
export const releaseType = 'regatta.dev/v1alpha1/HelmRelease';
