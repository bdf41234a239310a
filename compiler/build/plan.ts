import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { type FleetSettings, sourceRoots } from '#model/fleet.ts';
import { isAtOrBelow } from '#model/folder.ts';
import { byText } from '#model/object.ts';
import { type FetchFaults, fetchedFolderOf } from '#model/remote-source.ts';
import type { Locate } from '#model/source.ts';
import { buildKey, type TemplateBuild } from '#model/template-build.ts';
import type { Made } from '../parse/documents.ts';
import { definedApis } from './capabilities.ts';
import { type PlannedRelease, planRelease } from './chart.ts';
import { readClusters } from './clusters.ts';
import { findBuildFolders, isLibrary } from './folders.ts';
import { planKustomizations } from './kustomization.ts';
import { areReadable } from './readable.ts';
import { pathFrom, readReleases, releaseOf } from './release.ts';
import { Remotes, type WantedSource } from './remote.ts';

/** A build, and what its objects are for. */
export interface PlannedBuild {
  readonly build: TemplateBuild;
  /** What asks for it: a kustomization, a HelmRelease, a chart. */
  readonly at: Locate;
  /** Absent when its objects are for all clusters. */
  readonly made?: Made;
}

/** What is to be built before templates can be parsed. */
export interface BuildPlan {
  readonly builds: readonly PlannedBuild[];
  /** Folders whose files are not templates, but what templates are made from. */
  readonly folders: readonly string[];
  /** Paths that builds name and that are not among the files: to be read, if something is there. */
  readonly absent: readonly string[];
  /** What is taken from the network. */
  readonly wanted: readonly WantedSource[];
}

/**
 * Finds the kustomizations and charts among the files, and says how each is to be built.
 *
 * @param files - with what was fetched, in its folders
 */
export function planBuilds(
  files: FileMap,
  settings: FleetSettings,
  report: Report,
  faults: FetchFaults = new Map(),
): BuildPlan {
  const tell = once(report);
  const remotes = new Remotes(files, settings, faults);
  const folders = findBuildFolders(files, settings.templates);
  const all = [...folders.charts, ...folders.kustomizations];
  const isPlain = (path: string) => !all.some((folder) => isAtOrBelow(path, folder));
  const roots = sourceRoots(settings);
  const plain = [...files.keys()].filter(
    (path) =>
      /\.(ya?ml|json)$/.test(path) &&
      roots.some((root) => isAtOrBelow(path, root)) &&
      isPlain(path),
  );
  const directories = folders.kustomizations;
  const kustomizations = planKustomizations(files, { directories, remotes }, tell);
  const given = {
    ...{ charts: folders.charts, plain: plain.sort(byText), remotes, fleet: settings.name },
  };
  const releases = planReleases(files, given, tell);
  const absent = [kustomizations, ...releases].flatMap((planned) => planned.absent);
  return {
    builds: [
      ...kustomizations.builds.filter(({ build }) => areReadable(files, build.folders, tell)),
      ...releases.flatMap(({ builds }) => builds),
    ],
    folders: all,
    absent: [...new Set(absent)].filter((path) => fetchedFolderOf(path) === undefined),
    wanted: remotes.wanted,
  };
}

interface ReleaseInputs {
  readonly charts: readonly string[];
  readonly plain: readonly string[];
  readonly remotes: Remotes;
  readonly fleet: string;
}

/** A chart that no release names is rendered with its own values, unless it only helps others. */
function planReleases(
  files: FileMap,
  { charts, plain, remotes, fleet }: ReleaseInputs,
  report: Report,
): readonly PlannedRelease[] {
  const written = readReleases(files, plain);
  const local = written.filter(({ object }) => object.spec.repository === undefined);
  const named = new Set(local.map((release) => pathFrom(release, release.object.spec.chart)));
  const alone = charts.filter((chart) => !named.has(chart) && !isLibrary(files, chart));
  const releases = [...written, ...alone.map(releaseOf)];
  if (releases.length === 0) return [];
  const clusters = readClusters(files, plain);
  const inputs = { files, clusters, remotes, fleet, defined: definedApis(files, plain) };
  return releases.map((release) => planRelease(release, inputs, report));
}

/** Several may be built on what has a fault. */
function once(report: Report): Report {
  const told = new Set<string>();
  return (diagnostic) => {
    const key = JSON.stringify(diagnostic);
    if (!told.has(key)) report(diagnostic);
    told.add(key);
  };
}

/** Every run of a plan once, whoever asks for it. */
export function buildsOf({ builds }: BuildPlan): readonly TemplateBuild[] {
  return [...new Map(builds.map(({ build }) => [buildKey(build), build])).values()];
}
