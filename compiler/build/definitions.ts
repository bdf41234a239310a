import type { FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import type { HelmRelease } from '#model/release.ts';
import type { Sourced } from '#model/source.ts';
import type { PlannedBuild } from './planned-build.ts';
import { chartFolderOf } from './release.ts';
import type { Remotes } from './remote.ts';

/** Sources that may contain CustomResourceDefinitions although no chart has been rendered. */
export interface DefinitionSources {
  /** Paths of plain manifests. */
  readonly plain: readonly string[];
  /** Paths of the files in the `crds/` of charts. */
  readonly crds: readonly string[];
  readonly kustomizations: readonly PlannedBuild[];
}

/** Returns the APIs that the repository defines on a cluster: `group/version` and `group/version/Kind`. */
export type DefinedApis = (cluster: string) => readonly string[];

/** Returns the APIs that the repository defines; undefined while kustomizations have no results. */
export type PlaceDefinitions = (sources: DefinitionSources) => DefinedApis | undefined;

/** Returns the files in the `crds/` of the charts of some releases that include them. */
export function definitionFiles(
  releases: readonly Sourced<HelmRelease>[],
  files: FileMap,
  remotes: Remotes,
): readonly string[] {
  const folders = releases
    .filter(({ object }) => object.spec.includeCRDs)
    .flatMap((release) => chartFolderOf(release, remotes, () => {}) ?? []);
  const crds = [...new Set(folders)].filter((folder) => folder !== '');
  return [
    ...filesBelow(
      files,
      crds.map((folder) => `${folder}/crds`),
    ).keys(),
  ];
}

/** Returns the APIs of a CustomResourceDefinition. */
export function apisOf({ spec }: Readonly<Record<string, unknown>>): readonly string[] {
  const { group, names, versions } = Object(spec);
  if (!Array.isArray(versions)) return [];
  return versions
    .map(Object)
    .filter(({ served }) => served !== false)
    .flatMap(({ name }) => [`${group}/${name}`, `${group}/${name}/${Object(names).kind}`]);
}
