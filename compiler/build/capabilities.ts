import type { Cluster } from '#model/cluster.ts';
import type { FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import type { HelmBuild } from '#model/template-build.ts';

/** What a chart may ask of the cluster that it is rendered for. */
export type Capabilities = Pick<HelmBuild, 'kubeVersion' | 'apiVersions'>;

const unknown: Capabilities = { apiVersions: [] };

/** What a cluster serves, by its status; what Helm takes by itself when it has none. */
export function capabilitiesOf({ status }: Cluster): Capabilities {
  if (status === undefined) return unknown;
  const { kubernetesVersion, apiEnablements = [] } = status;
  const versions = apiEnablements.flatMap(({ groupVersion, resources }) => [
    groupVersion,
    ...resources.map(({ kind }) => `${groupVersion}/${kind}`),
  ]);
  return {
    ...(kubernetesVersion ? { kubeVersion: kubernetesVersion } : {}),
    apiVersions: [...new Set(versions)].sort(),
  };
}

/**
 * Whether a chart may come out otherwise on other clusters with the same values: it speaks of
 * capabilities, asks for a version, or has packed charts in it, which aren't looked into.
 */
export function asksCapabilities(files: FileMap, chart: string): boolean {
  return filesBelow(files, [chart])
    .values()
    .some((content) => typeof content !== 'string' || /Capabilities|kubeVersion/.test(content));
}
