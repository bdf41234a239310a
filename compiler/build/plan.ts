import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import type { Locate } from '#model/source.ts';
import { buildKey, type TemplateBuild } from '#model/template-build.ts';
import { type BuildFolders, findBuildFolders } from './folders.ts';
import { type PlannedKustomization, planKustomization } from './kustomization.ts';

/** A build, and what its objects are for. */
export interface PlannedBuild {
  readonly build: TemplateBuild;
  /** What asks for it: a kustomization, a HelmRelease, a chart. */
  readonly at: Locate;
}

/** What is to be built before templates can be parsed. */
export interface BuildPlan {
  readonly builds: readonly PlannedBuild[];
  /** Folders whose files are not templates, but what templates are made from. */
  readonly folders: readonly string[];
  /** Paths that builds name and that are not among the files: to be read, if something is there. */
  readonly absent: readonly string[];
}

/** Finds the kustomizations and charts among the files, and says how each is to be built. */
export function planBuilds(files: FileMap, templates: string, report: Report): BuildPlan {
  const folders = findBuildFolders(files, templates);
  const kustomizations = planKustomizations(files, folders, report);
  return {
    builds: kustomizations.map(({ build, at }) => ({ build, at })),
    folders: [...folders.charts, ...folders.kustomizations],
    absent: [...new Set(kustomizations.flatMap(({ absent }) => absent))],
  };
}

/** One that another is built on is no app by itself. */
function planKustomizations(
  files: FileMap,
  { kustomizations }: BuildFolders,
  report: Report,
): readonly PlannedKustomization[] {
  const reportOnce = once(report);
  const planned = kustomizations.map((folder) => planKustomization(files, folder, reportOnce));
  const bases = new Set(planned.flatMap((kustomization) => kustomization.bases));
  return planned.filter(
    ({ build, isSound }) =>
      isSound && !bases.has(build.directory) && areReadable(files, build.folders, reportOnce),
  );
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

/** A link could lead anywhere, so that nothing is built which has one. */
function areReadable(files: FileMap, folders: readonly string[], report: Report): boolean {
  const links = [...filesBelow(files, folders)].flatMap(([file, content]) =>
    typeof content === 'string' || content.base64 !== undefined ? [] : [{ file, content }],
  );
  for (const { file, content } of links) {
    report({
      code: 'read/unreadable',
      severity: 'error',
      message: `the file cannot be read: ${content.reason}`,
      at: { file, line: 1, column: 1 },
    });
  }
  return links.length === 0;
}

/** Every run of a plan once, whoever asks for it. */
export function buildsOf({ builds }: BuildPlan): readonly TemplateBuild[] {
  return [...new Map(builds.map(({ build }) => [buildKey(build), build])).values()];
}
