import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { describeObject, type JsonObject } from '#model/object.ts';
import type { HelmRelease } from '#model/release.ts';
import type { Sourced } from '#model/source.ts';
import { buildKey, type HelmBuild } from '#model/template-build.ts';
import { unreadable } from '../read/unreadable.ts';
import { asksCapabilities, type Capabilities, capabilitiesOf } from './capabilities.ts';
import { chartIn } from './folders.ts';
import type { PlannedBuild } from './plan.ts';
import { areReadable } from './readable.ts';
import { chartFolderOf, reportPath } from './release.ts';
import { readLayers, valuesByCluster } from './release-values.ts';
import type { Remotes } from './remote.ts';

/** What charts are planned from. */
export interface ChartInputs {
  readonly files: FileMap;
  /** In the order of their names. */
  readonly clusters: readonly Cluster[];
  readonly remotes: Remotes;
}

/** A release and how it is rendered: once for each set of values that clusters have. */
export interface PlannedRelease {
  readonly builds: readonly PlannedBuild[];
  /** Paths that it names and that are not among the files. */
  readonly absent: readonly string[];
}

/** Plans a release. What it names and is not there is reported, and then nothing is rendered. */
export function planRelease(
  release: Sourced<HelmRelease>,
  { files, clusters, remotes }: ChartInputs,
  report: Report,
): PlannedRelease {
  let isSound = true;
  const tell: Report = (diagnostic) => {
    isSound = false;
    report(diagnostic);
  };
  const path = release.object.spec.chart;
  const chart = chartFolderOf(release, remotes, tell);
  if (chart === undefined) return { builds: [], absent: [] };
  const hasChart = chart !== '' && chartIn(files, chart) !== undefined;
  const content = files.get(chart);
  if (typeof content === 'object') tell(unreadable(content, release.at('/spec/chart')));
  else if (!hasChart) reportPath(release, { path, pointer: '/spec/chart', what: 'chart' }, tell);
  const layers = readLayers(release, files, tell);
  const absent = [...layers.absent, ...(hasChart || chart === '' ? [] : [chart])];
  if (!hasChart || !areReadable(files, [chart, ...layers.files], tell)) {
    return { builds: [], absent };
  }
  const asks = asksCapabilities(files, chart);
  const runs = [...valuesByCluster(release, layers, clusters, tell)].map(([cluster, values]) => ({
    name: cluster.metadata.name,
    build: buildOf(release, chart, {
      values,
      ...(asks ? capabilitiesOf(cluster) : { apiVersions: [] }),
    }),
  }));
  return { builds: isSound ? plannedBuilds(release, runs) : [], absent };
}

function buildOf(
  { object: { metadata, spec } }: Sourced<HelmRelease>,
  chart: string,
  given: Capabilities & { readonly values: JsonObject },
): HelmBuild {
  const { releaseName = metadata.name, includeCRDs } = spec;
  const { namespace = 'default' } = metadata;
  return { type: 'helm', chart, releaseName, namespace, includeCRDs, ...given };
}

interface Run {
  /** Of a cluster. */
  readonly name: string;
  readonly build: HelmBuild;
}

/** What is the same for several clusters is rendered once. */
function plannedBuilds(
  { object, at }: Sourced<HelmRelease>,
  runs: readonly Run[],
): readonly PlannedBuild[] {
  const isWritten = !at('').file.endsWith('/Chart.yaml');
  const same = Map.groupBy(runs, ({ build }) => buildKey(build));
  return [...same.values()].flatMap((group) =>
    group.slice(0, 1).map(({ build }) => {
      const clusters = group.map(({ name }) => name);
      const by = isWritten ? describeObject(object) : build.chart;
      return { build, at, made: { by, namespace: build.namespace, clusters } };
    }),
  );
}
