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
  type Capabilities,
  capabilitiesOf,
  definedApis,
  usesCapabilities,
} from './capabilities.ts';
import { chartIn, chartNameIn } from './folders.ts';
import type { PlannedBuild } from './planned-build.ts';
import { areReadable } from './readable.ts';
import { chartFolderOf, isWritten, reportPath } from './release.ts';
import { reportReleaseName } from './release-name.ts';
import { readLayers, valuesByCluster } from './release-values.ts';
import type { Remotes } from './remote.ts';

/** Inputs of the plan of a release. */
export interface ChartInputs {
  readonly files: FileMap;
  /** Ordered by name. */
  readonly clusters: readonly Cluster[];
  readonly remotes: Remotes;
  /** Name of the fleet, `metadata.name` of regatta.yaml. */
  readonly fleet: string;
  /** API versions that the repository defines. */
  readonly defined: readonly string[];
}

/** The builds of a release: one for each distinct set of values. */
export interface PlannedRelease {
  readonly builds: readonly PlannedBuild[];
  /** Paths to which the release refers and that the caller has not read yet. */
  readonly absent: readonly string[];
}

/** Plans a release. Reports missing files and charts, and then plans no builds. */
export function planRelease(
  release: Sourced<HelmRelease>,
  { files, clusters, remotes, fleet, defined }: ChartInputs,
  report: Report,
): PlannedRelease {
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
  const absent = [...layers.absent, ...(hasChart || chart === '' ? [] : [chart])];
  if (!hasChart || !areReadable(files, [chart, ...layers.files], fail)) {
    return { builds: [], absent };
  }
  reportReleaseName(release, fail);
  const isDependent = usesCapabilities(files, chart);
  const { includeCRDs, apiVersions } = release.object.spec;
  const own = includeCRDs ? [...filesBelow(files, [`${chart}/crds`]).keys()] : [];
  const additional = isDependent ? [...defined, ...definedApis(files, own), ...apiVersions] : [];
  const seed = seedOf(release, { fleet, chart: chartNameIn(files, chart) });
  const runs = [...valuesByCluster(release, layers, clusters, fail)].map(([cluster, values]) => ({
    name: cluster.metadata.name,
    build: {
      ...buildOf(release, chart, {
        values,
        ...(isDependent ? capabilitiesOf(cluster, additional) : { apiVersions: [] }),
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
