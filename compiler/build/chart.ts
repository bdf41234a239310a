import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import { digestOf, type FileMap } from '#model/files.ts';
import { describeObject, type JsonObject } from '#model/object.ts';
import type { HelmRelease } from '#model/release.ts';
import type { Sourced } from '#model/source.ts';
import { buildKey, type HelmBuild } from '#model/template-build.ts';
import { unreadable } from '../read/unreadable.ts';
import {
  type Asked,
  askedBy,
  askedWith,
  type Capabilities,
  capabilitiesOf,
} from './capabilities.ts';
import type { DefinedApis } from './definitions.ts';
import { chartIn, chartNameIn } from './folders.ts';
import type { PlannedBuild } from './planned-build.ts';
import { areReadable } from './readable.ts';
import { chartFolderOf, isWritten, reportPath } from './release.ts';
import { reportReleaseName } from './release-name.ts';
import { allLayers, type Layers, readLayers, valuesByCluster } from './release-values.ts';
import type { Remotes } from './remote.ts';
import { reportRoundedValues } from './rounded-values.ts';

/** Inputs of the plan of a release. */
export interface ChartInputs {
  readonly files: FileMap;
  /** Ordered by name. */
  readonly clusters: readonly Cluster[];
  readonly remotes: Remotes;
  /** Name of the fleet, `metadata.name` of regatta.yaml. */
  readonly fleet: string;
  /** Returns the APIs that the repository defines; undefined while it is unknown which. Releases that ask for none do not call it. */
  readonly defined: () => DefinedApis | undefined;
}

/** The builds of a release: one for each distinct set of values. */
export interface PlannedRelease {
  readonly builds: readonly PlannedBuild[];
  /** Paths to which the release refers and that the caller has not read yet. */
  readonly absent: readonly string[];
  /** Whether the release must wait until it is known which APIs the repository defines. */
  readonly waits?: boolean;
}

/** Plans a release. Reports missing files and charts, and then plans no builds. */
export function planRelease(
  release: Sourced<HelmRelease>,
  inputs: ChartInputs,
  report: Report,
): PlannedRelease {
  const { files, remotes } = inputs;
  let isSound = true;
  const fail: Report = (diagnostic) => {
    isSound = false;
    report(diagnostic);
  };
  const path = release.object.spec.chart;
  const chart = chartFolderOf(release, remotes, fail);
  if (chart === undefined) return { builds: [], absent: [] };
  const hasChart = chart !== '' && chartIn(files, chart) !== undefined;
  const content = files.get(chart);
  if (typeof content === 'object') fail(unreadable(content, release.at('/spec/chart')));
  else if (!hasChart) reportPath(release, { path, pointer: '/spec/chart', what: 'chart' }, fail);
  const layers = readLayers(release, files, fail);
  for (const layer of allLayers(layers)) reportRoundedValues(layer, report);
  const absent = [...layers.absent, ...(hasChart || chart === '' ? [] : [chart])];
  if (!hasChart || !areReadable(files, [chart, ...layers.files], fail)) {
    return { builds: [], absent };
  }
  reportReleaseName(release, fail);
  const found = { chart, layers, asked: askedBy(files, chart) };
  const runs = runsOf(release, found, inputs, fail);
  if (runs === undefined) return { builds: [], absent, waits: true };
  return { builds: isSound ? plannedBuilds(release, runs) : [], absent };
}

interface FoundChart {
  readonly chart: string;
  readonly layers: Layers;
  readonly asked: Asked;
}

/** Returns the build for each cluster; undefined while it is unknown which APIs the repository defines. */
function runsOf(
  release: Sourced<HelmRelease>,
  { chart, layers, asked }: FoundChart,
  { files, clusters, fleet, defined }: ChartInputs,
  report: Report,
): readonly Run[] | undefined {
  const seed = seedOf(release, { fleet, chart: chartNameIn(files, chart) });
  const given = [...valuesByCluster(release, layers, clusters, report)].map(
    ([cluster, values]) => ({
      cluster,
      values,
      asked: askedWith(asked, values),
    }),
  );
  const asksApis = given.some((run) => run.asked.apis?.length !== 0);
  const definedOn = asksApis ? defined() : () => [];
  if (definedOn === undefined) return undefined;
  const { apiVersions } = release.object.spec;
  return given.map(({ cluster, values, asked }) => {
    const additional = [...definedOn(cluster.metadata.name), ...apiVersions];
    const capabilities = visibleTo(asked, cluster, additional);
    const build = buildOf(release, chart, { values, ...capabilities });
    return { name: cluster.metadata.name, build: { ...build, ...(seed && { seed }) } };
  });
}

/** Returns the capabilities of a cluster that a chart asks for. Clusters with the same ones share a build. */
function visibleTo(
  { capabilities, apis }: Asked,
  cluster: Cluster,
  additional: readonly string[],
): Capabilities {
  if (!capabilities) return { apiVersions: [] };
  const names = new Set(apis);
  return capabilitiesOf(cluster, additional, (api) => apis === undefined || names.has(api));
}

function buildOf(
  { object: { metadata, spec } }: Sourced<HelmRelease>,
  chart: string,
  given: Capabilities & { readonly values: JsonObject },
): HelmBuild {
  const { releaseName = metadata.name, includeCRDs, skipSchemaValidation } = spec;
  const { namespace = 'default' } = metadata;
  return {
    type: 'helm',
    chart,
    releaseName,
    namespace,
    includeCRDs,
    ...given,
    ...(skipSchemaValidation ? { skipSchemaValidation } : {}),
  };
}

/** Returns the seed of random values. It depends only on names, so that the values stay stable. */
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
  /** Name of the cluster. */
  readonly name: string;
  readonly build: HelmBuild;
}

/** Groups clusters with equal builds, so that each build runs once. */
function plannedBuilds(
  release: Sourced<HelmRelease>,
  runs: readonly Run[],
): readonly PlannedBuild[] {
  const { object, at } = release;
  const fleetSize = runs.length;
  const same = Map.groupBy(runs, ({ build }) => buildKey(build));
  return [...same.values()].flatMap((group) =>
    group.slice(0, 1).map(({ build }) => {
      const clusters = group.map((run) => run.name);
      const name = isWritten(release) ? describeObject(object) : build.chart;
      const producedBy = { name, namespace: build.namespace, clusters, fleetSize };
      return { build, at, producedBy, keepsHooks: object.spec.hooks === 'Ordered' };
    }),
  );
}
