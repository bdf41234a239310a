import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import { digestOf, type FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import { describeObject, type JsonObject } from '#model/object.ts';
import type { HelmRelease } from '#model/release.ts';
import type { Sourced } from '#model/source.ts';
import { buildKey, type HelmBuild } from '#model/template-build.ts';
import { unreadable } from '../read/unreadable.ts';
import {
  asksCapabilities,
  type Capabilities,
  capabilitiesOf,
  definedApis,
} from './capabilities.ts';
import { chartIn, chartNameIn } from './folders.ts';
import type { PlannedBuild } from './plan.ts';
import { areReadable } from './readable.ts';
import { chartFolderOf, isWritten, reportPath } from './release.ts';
import { reportReleaseName } from './release-name.ts';
import { readLayers, valuesByCluster } from './release-values.ts';
import type { Remotes } from './remote.ts';

/** What charts are planned from. */
export interface ChartInputs {
  readonly files: FileMap;
  /** In the order of their names. */
  readonly clusters: readonly Cluster[];
  readonly remotes: Remotes;
  /** Of regatta.yaml. */
  readonly fleet: string;
  /** API versions that the repository defines. */
  readonly defined: readonly string[];
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
  { files, clusters, remotes, fleet, defined }: ChartInputs,
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
  reportReleaseName(release, tell);
  const asks = asksCapabilities(files, chart);
  const { includeCRDs, apiVersions } = release.object.spec;
  const own = includeCRDs ? [...filesBelow(files, [`${chart}/crds`]).keys()] : [];
  const besides = asks ? [...defined, ...definedApis(files, own), ...apiVersions] : [];
  const seed = seedOf(release, { fleet, chart: chartNameIn(files, chart) });
  const runs = [...valuesByCluster(release, layers, clusters, tell)].map(([cluster, values]) => ({
    name: cluster.metadata.name,
    build: {
      ...buildOf(release, chart, {
        values,
        ...(asks ? capabilitiesOf(cluster, besides) : { apiVersions: [] }),
      }),
      ...(seed === undefined ? {} : { seed }),
    },
  }));
  return { builds: isSound ? plannedBuilds(release, runs) : [], absent };
}

function buildOf(
  { object: { metadata, spec } }: Sourced<HelmRelease>,
  chart: string,
  given: Capabilities & { readonly values: JsonObject },
): HelmBuild {
  const { releaseName = metadata.name, includeCRDs, skipSchemaValidation } = spec;
  const { namespace = 'default' } = metadata;
  return {
    ...{ type: 'helm', chart, releaseName, namespace, includeCRDs, ...given },
    ...(skipSchemaValidation ? { skipSchemaValidation } : {}),
  };
}

/** What the random values of a seeded release are made from: names, so that they change with nothing else. */
function seedOf(
  { object: { metadata, spec } }: Sourced<HelmRelease>,
  { fleet, chart }: { readonly fleet: string; readonly chart: string },
): string | undefined {
  if (spec.random !== 'Seeded') return undefined;
  const { releaseName = metadata.name } = spec;
  const { namespace = 'default' } = metadata;
  const digest = digestOf(JSON.stringify([fleet, releaseName, namespace, chart]));
  return Buffer.from(digest, 'base64url').toString('hex');
}

interface Run {
  /** Of a cluster. */
  readonly name: string;
  readonly build: HelmBuild;
}

/** What is the same for several clusters is rendered once. */
function plannedBuilds(
  release: Sourced<HelmRelease>,
  runs: readonly Run[],
): readonly PlannedBuild[] {
  const { object, at } = release;
  const same = Map.groupBy(runs, ({ build }) => buildKey(build));
  return [...same.values()].flatMap((group) =>
    group.slice(0, 1).map(({ build }) => {
      const clusters = group.map(({ name }) => name);
      const by = isWritten(release) ? describeObject(object) : build.chart;
      return { build, at, made: { by, namespace: build.namespace, clusters } };
    }),
  );
}
