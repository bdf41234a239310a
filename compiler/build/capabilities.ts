import type { Cluster } from '#model/cluster.ts';
import type { FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import type { HelmBuild } from '#model/template-build.ts';

/** The properties of a cluster that a chart can query. */
export type Capabilities = Pick<HelmBuild, 'kubeVersion' | 'minor' | 'apiVersions'>;

/**
 * Returns the capabilities of a cluster: the APIs of its Kubernetes release, those in its status, and
 * additional ones. A cluster whose status has no version gets Helm's defaults.
 *
 * @param additional - `group/version` and `group/version/Kind`
 * @param asks - reports whether the chart asks for an API; other APIs are left out
 */
export function capabilitiesOf(
  { status }: Cluster,
  additional: readonly string[],
  asks: (api: string) => boolean,
): Capabilities {
  const { kubernetesVersion = '', apiEnablements = [] } = status ?? {};
  const enabled = apiEnablements.flatMap(({ groupVersion, resources }) => [
    groupVersion,
    ...resources.map(({ kind }) => `${groupVersion}/${kind}`),
  ]);
  const apiVersions = [...new Set([...enabled, ...additional])].filter(asks).sort();
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

/** The questions about a cluster that a chart may ask. */
export interface Asked {
  /** Whether the output may depend on the capabilities at all. */
  readonly capabilities: boolean;
  /** The APIs that the chart asks for by name; undefined if it may ask for any. */
  readonly apis: readonly string[] | undefined;
}

/** Mentions of the capabilities that do not ask for an API, or ask for one by its name. */
const plainMention =
  /Capabilities\.(?:KubeVersion|HelmVersion|APIVersions\.Has\s+(?:"([^"\\]*)"|`([^`]*)`))/g;

/**
 * Returns the questions of a chart. Its texts, and the values that a template may evaluate, show them. This function does
 * not read packed charts, which may ask for everything.
 */
export function askedBy(files: FileMap, chart: string): Asked {
  const contents = filesBelow(files, [chart]).values().toArray();
  const texts = contents.filter((content) => typeof content === 'string');
  if (texts.length < contents.length) return { capabilities: true, apis: undefined };
  const found = texts.map(askedIn);
  const apis = found.flatMap((asked) => asked.apis ?? []);
  return {
    capabilities: found.some(({ capabilities }) => capabilities),
    apis: found.some((asked) => asked.apis === undefined) ? undefined : [...new Set(apis)],
  };
}

/** Returns the questions in one text. */
function askedIn(text: string): Asked {
  const capabilities = text.includes('Capabilities');
  if (!capabilities) return { capabilities: text.includes('kubeVersion'), apis: [] };
  const named = [...text.matchAll(plainMention)];
  const apis = named.flatMap(([, quoted, raw]) => quoted ?? raw ?? []);
  const mentions = text.split('Capabilities').length - 1;
  return { capabilities, apis: named.length === mentions ? apis : undefined };
}

/** Returns the questions of a chart together with those in its values, which a template may evaluate. */
export function askedWith(asked: Asked, values: HelmBuild['values']): Asked {
  const text = JSON.stringify(values);
  return text.includes('Capabilities') ? { capabilities: true, apis: undefined } : asked;
}
