import { once, type Report } from '#model/diagnostic.ts';
import type { FileMap, FolderLinks } from '#model/files.ts';
import { type FleetSettings, sourceRoots } from '#model/fleet.ts';
import { isAtOrBelow } from '#model/folder.ts';
import { byText } from '#model/object.ts';
import { type FetchFaults, fetchedFolderOf } from '#model/remote-source.ts';
import { buildKey, type TemplateBuild } from '#model/template-build.ts';
import { type PlannedRelease, planRelease } from './chart.ts';
import { readClusters } from './clusters.ts';
import { definitionFiles, type PlaceDefinitions } from './definitions.ts';
import { findBuildFolders, isLibrary } from './folders.ts';
import { planKustomizations } from './kustomization.ts';
import { reportLeftOut } from './left-out.ts';
import type { PlannedBuild } from './planned-build.ts';
import { areReadable } from './readable.ts';
import { pathFrom, readReleases, releaseOf } from './release.ts';
import { Remotes, type RequestedSource } from './remote.ts';

/** The builds that must run before the compiler can parse templates. */
export interface BuildPlan {
  readonly builds: readonly PlannedBuild[];
  /** Folders of kustomizations and charts, whose files are not templates themselves. */
  readonly folders: readonly string[];
  /** Paths to which builds refer and that the caller has not read yet. */
  readonly absent: readonly string[];
  /** Remote sources of the builds. */
  readonly remoteSources: readonly RequestedSource[];
  /**
   * Whether charts wait for the results of kustomizations, which may define the APIs that the charts ask for. A plan
   * with these results has the builds of these charts.
   */
  readonly waits: boolean;
}

/** What a plan of builds depends on besides files and settings. */
export interface PlanOptions {
  readonly faults?: FetchFaults | undefined;
  /** The symbolic links to folders among the files. */
  readonly links?: FolderLinks | undefined;
  /** Finds the APIs that the repository defines for each cluster. Without it, charts that ask for APIs wait. */
  readonly definitions?: PlaceDefinitions | undefined;
}

/**
 * Finds the kustomizations and charts among the files, and plans their builds.
 *
 * @param files - files of the repository, and fetched files in their virtual folders
 */
export function planBuilds(
  files: FileMap,
  settings: FleetSettings,
  report: Report,
  { faults = new Map(), links = new Map(), definitions = () => undefined }: PlanOptions = {},
): BuildPlan {
  // Several builds may share a faulty base or chart.
  const reportOnce = once(report);
  const remotes = new Remotes(files, settings, faults);
  const folders = findBuildFolders(files, settings.templates);
  const all = [...folders.charts, ...folders.kustomizations];
  const directories = folders.kustomizations;
  const planned = planKustomizations(files, { directories, remotes, links }, reportOnce);
  const kustomizations = planned.builds.filter(({ build }) =>
    areReadable(files, build.folders, reportOnce),
  );
  reportLeftOut(files, folders.charts, kustomizations, reportOnce);
  const given = {
    charts: folders.charts,
    plain: plainFiles(files, sourceRoots(settings), all),
    remotes,
    fleet: settings.name,
    kustomizations,
    definitions,
  };
  const releases = planReleases(files, given, reportOnce);
  const absent = [planned, ...releases].flatMap((some) => some.absent);
  return {
    builds: [...kustomizations, ...releases.flatMap(({ builds }) => builds)],
    folders: all,
    absent: [...new Set(absent)].filter((path) => fetchedFolderOf(path) === undefined),
    remoteSources: remotes.requested,
    waits: releases.some(({ waits }) => waits),
  };
}

/** Returns the files of the sources that may hold objects and are not part of a build, in order. */
function plainFiles(
  files: FileMap,
  roots: readonly string[],
  built: readonly string[],
): readonly string[] {
  const isIn = (folders: readonly string[], path: string) =>
    folders.some((folder) => isAtOrBelow(path, folder));
  return [...files.keys()]
    .filter((path) => /\.(ya?ml|json)$/.test(path) && isIn(roots, path) && !isIn(built, path))
    .sort(byText);
}

interface ReleaseInputs {
  readonly charts: readonly string[];
  readonly plain: readonly string[];
  readonly remotes: Remotes;
  readonly fleet: string;
  readonly kustomizations: readonly PlannedBuild[];
  readonly definitions: PlaceDefinitions;
}

/** Plans all HelmReleases. Plans a chart without a HelmRelease with its own values, unless it is a library. */
function planReleases(
  files: FileMap,
  { charts, plain, remotes, fleet, kustomizations, definitions }: ReleaseInputs,
  report: Report,
): readonly PlannedRelease[] {
  const written = readReleases(files, plain);
  const local = written.filter(({ object }) => object.spec.repository === undefined);
  const named = new Set(local.map((release) => pathFrom(release, release.object.spec.chart)));
  const alone = charts.filter((chart) => !named.has(chart) && !isLibrary(files, chart));
  const releases = [...written, ...alone.map(releaseOf)];
  if (releases.length === 0) return [];
  const clusters = readClusters(files, plain);
  const defined = lazily(() =>
    definitions({ plain, crds: definitionFiles(releases, files, remotes), kustomizations }),
  );
  const inputs = { files, clusters, remotes, fleet, defined };
  return releases.map((release) => planRelease(release, inputs, report));
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Returns the distinct builds of a plan. */
export function buildsOf({ builds }: BuildPlan): readonly TemplateBuild[] {
  return [...new Map(builds.map(({ build }) => [buildKey(build), build])).values()];
}
