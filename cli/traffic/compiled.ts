import { createInterpreter } from '#compiler/interpret/interpreter.ts';
import { parseRepository } from '#compiler/parse/repository.ts';
import { readOwnFiles } from '#io/files/files.ts';
import { digestOf, pathsOf, type SharedFile } from '#model/files.ts';
import type { FleetSettings } from '#model/fleet.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import { parseManifest } from '#syncer/desired/manifest.ts';
import type { RenderedFleetObjects } from '#traffic/mesh/meshes.ts';
import { cacheOf } from '../fleet/compile.ts';
import type { CompileInputs } from '../fleet/inputs.ts';
import { clustersIn, sourcesWith } from './clusters.ts';
import { replicasBy } from './meshes.ts';
import { isOfMesh } from './rendered-types.ts';

/** A fleet repository with everything that decides what it renders. */
export interface FleetInputs {
  readonly directory: string;
  readonly settings: FleetSettings;
  readonly profile: Profile;
  readonly inputs: CompileInputs;
}

/**
 * Returns what a fleet renders, as far as meshes depend on it, from the files that the last compile wrote. Undefined if the inputs
 * are not those of this compile, if a file has changed since, or if only a compile knows the clusters or reads the replicas.
 */
export function compiledFleet(fleet: FleetInputs): RenderedFleetObjects | undefined {
  const { directory, settings, profile, inputs } = fleet;
  const { needed, sources } = inputs.sources;
  const isPlain = needed.builds.length === 0 && !needed.waits;
  if (!isPlain || sourcesWith(sources, ['ResourceInterpreterCustomization']).length > 0) return;
  const written = cacheOf(directory).filesOf(inputs.digest);
  const objects = written && objectsIn(directory, written);
  if (objects === undefined) return;
  const { featureGates } = settings;
  return {
    clusters: clustersIn(sources),
    meshes: settings.meshes,
    objects,
    replicasOf: replicasBy(createInterpreter({ profile, featureGates })),
  };
}

/** Returns the templates in plain files that mention one of the names, and what else decides their namespaces. */
export function templatesNaming(
  { sources: { sources } }: CompileInputs,
  names: ReadonlySet<string>,
): readonly Sourced[] {
  if (names.size === 0) return [];
  const near = sourcesWith(sources, [...names, 'CustomResourceDefinition']);
  return parseRepository(near, () => {}).templates;
}

/** Returns the objects of files by cluster; undefined if a file differs from what the compile wrote. Clusters share objects. */
function objectsIn(
  directory: string,
  { root, files }: { readonly root: string; readonly files: readonly SharedFile[] },
): ReadonlyMap<string, readonly KubeObject[]> | undefined {
  const objects = new Map<string, KubeObject[]>();
  for (const file of files) {
    if (!isOfMesh(file.path)) continue;
    const [path = ''] = pathsOf(root, file);
    const text = readOwnFiles(directory, [path]).get(path);
    if (typeof text !== 'string' || digestOf(text) !== file.digest) return undefined;
    const own = parseManifest(text);
    for (const cluster of file.clusters) {
      const known = objects.get(cluster);
      if (known === undefined) objects.set(cluster, [...own]);
      else known.push(...own);
    }
  }
  return objects;
}
