/** regatta.dev/v1alpha1 HelmRelease: a chart of the repository, and what to render it with. */
import type { JsonObject, KubeObject } from './object.ts';
import type { ClusterAffinity } from './selector.ts';

/** Values: first those of the files in their order, then those that stand there. */
export interface ReleaseValues {
  /** Paths: from the repository's top, or with `./` and `../` from the file that names them. */
  readonly valuesFiles: readonly string[];
  readonly values: JsonObject;
}

/** Values for some of the clusters, over those for all. */
export interface ClusterValues extends ReleaseValues {
  readonly clusterAffinity: ClusterAffinity;
}

export interface HelmRelease extends KubeObject {
  readonly kind: 'HelmRelease';
  readonly spec: ReleaseValues & {
    /** Path of the chart's folder, as those of values files; with `repository` its name there. */
    readonly chart: string;
    /** Where the chart is to be fetched: an address with an index, or `oci://…`. */
    readonly repository?: string | undefined;
    /** Of the chart; there where `repository` is. */
    readonly version?: string | undefined;
    /** Absent: the object's name. */
    readonly releaseName?: string | undefined;
    readonly includeCRDs: boolean;
    /** API versions that the chart sees besides those of the cluster's release and of the repository's CRDs. */
    readonly apiVersions: readonly string[];
    /** Render without checking values against the schemas in the chart. */
    readonly skipSchemaValidation: boolean;
    /** Seeded: random values follow from the names of fleet, release, namespace and chart. Absent: they are an error. */
    readonly random?: 'Seeded' | undefined;
    /** Later ones go over earlier ones. */
    readonly clusterValues: readonly ClusterValues[];
  };
}

/** How a HelmRelease says what it is. */
export const releaseType = 'regatta.dev/v1alpha1/HelmRelease';
