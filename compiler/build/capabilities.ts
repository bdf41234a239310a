import type { Cluster } from '#model/cluster.ts';
import type { FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import type { HelmBuild } from '#model/template-build.ts';
import { readObjects } from '../parse/documents.ts';

/** The properties of a cluster that a chart can query. */
export type Capabilities = Pick<HelmBuild, 'kubeVersion' | 'minor' | 'apiVersions'>;

/**
 * Returns the capabilities of a cluster: the APIs of its Kubernetes release, those in its status, and
 * additional ones. A cluster whose status has no version gets Helm's defaults.
 *
 * @param additional - `group/version` and `group/version/Kind`
 */
export function capabilitiesOf({ status }: Cluster, additional: readonly string[]): Capabilities {
  const { kubernetesVersion = '', apiEnablements = [] } = status ?? {};
  const enabled = apiEnablements.flatMap(({ groupVersion, resources }) => [
    groupVersion,
    ...resources.map(({ kind }) => `${groupVersion}/${kind}`),
  ]);
  const apiVersions = [...new Set([...enabled, ...additional])].sort();
  if (kubernetesVersion === '') return { apiVersions };
  const [, minor] = /^v?1\.(\d+)/.exec(kubernetesVersion) ?? [];
  return {
    kubeVersion: asRelease(kubernetesVersion),
    ...(minor === undefined ? {} : { minor: Number(minor) }),
    apiVersions,
  };
}

/**
 * Returns a version that a chart takes for a release although a vendor has added to it: `v1.33.5+-gke.100` for
 * `v1.33.5-gke.100`, which Semantic Versioning would take for a pre-release, so that `>=1.28.0` would not match. The hyphen
 * stays, because charts look for `-gke` and `-eks`.
 */
function asRelease(version: string): string {
  return version.replace(/^(v?\d+\.\d+\.\d+)-(?!alpha|beta|rc)/, '$1+-');
}

/** Returns the version of a cluster as its API server reports it. */
export function reportedVersion(version: string): string {
  return version.replace('+-', '-');
}

/**
 * Reports whether the output of a chart may depend on the cluster's capabilities: the chart mentions
 * them, requires a version, or contains packaged charts, which this function does not read.
 */
export function usesCapabilities(files: FileMap, chart: string): boolean {
  return filesBelow(files, [chart])
    .values()
    .some((content) => typeof content !== 'string' || /Capabilities|kubeVersion/.test(content));
}

/** Returns `group/version` and `group/version/Kind` of the CustomResourceDefinitions in some files. */
export function definedApis(files: FileMap, paths: readonly string[]): readonly string[] {
  const found = paths.flatMap((file) => {
    const text = files.get(file);
    if (typeof text !== 'string' || !text.includes('CustomResourceDefinition')) return [];
    return readObjects({ file, text }, () => {}).flatMap(({ value }) => apisOf(value));
  });
  return [...new Set(found)].sort();
}

function apisOf({ kind, spec }: Readonly<Record<string, unknown>>): readonly string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  const { group, names, versions } = Object(spec);
  if (!Array.isArray(versions)) return [];
  return versions
    .map(Object)
    .filter(({ served }) => served !== false)
    .flatMap(({ name }) => [`${group}/${name}`, `${group}/${name}/${Object(names).kind}`]);
}
