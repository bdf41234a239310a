import { join } from 'node:path';
import { buildsFor, type NeededBuilds } from '#compiler/build/needed.ts';
import { parseSettings } from '#compiler/parse/settings.ts';
import { isDirectory, linkedFiles, readFiles, readOwnFiles } from '#io/files/files.ts';
import { misnamedFleetFiles } from '#io/files/fleet-root.ts';
import { withoutConverted } from '#io/git/converted-files.ts';
import type { FileMap, FolderLinks } from '#model/files.ts';
import { type FleetSettings, sourceRoots } from '#model/fleet.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { lockFile } from '#model/image-lock.ts';
import type { FetchFaults } from '#model/remote-source.ts';
import { PackedCharts } from './packed-charts.ts';
import { type Fetching, RemoteFiles } from './remote-files.ts';

/** The sources of a fleet repository, with what their builds need. */
export interface Sources {
  readonly sources: FileMap;
  /** The paths that compile reads, relative to the repository. */
  readonly paths: readonly string[];
  readonly needed: Pick<NeededBuilds, 'builds' | 'waits'>;
  /** Why remote charts and bases are not among the sources. */
  readonly fetchFaults: FetchFaults;
  readonly links: FolderLinks;
  /** The remote charts and bases that templates name, by `remoteKey`. */
  readonly asked: ReadonlySet<string>;
}

/** Reports whether compile can read objects from a file of a source folder. */
export function isSourceFile(path: string): boolean {
  return /\.(ya?ml|json)$|(^|\/)Kustomization$/.test(path);
}

/** Reads the sources, and the inputs of their builds from the rest of the repository and the network. */
export async function readSources(
  directory: string,
  settings: FleetSettings,
  fetching: Fetching = 'locked',
): Promise<Sources> {
  const roots = sourceRoots(settings);
  const paths = [fleetFile, lockFile, ...roots];
  const settingsFiles = [fleetFile, ...misnamedFleetFiles(directory)];
  const own = readOwnFiles(directory, [...settingsFiles, lockFile]);
  const links = new Map<string, string>();
  const note = (link: string, folder: string) => links.set(link, folder);
  const linked = new Map<string, string>();
  const read = (tops: readonly string[]) =>
    readFiles(directory, tops, note, (path, file) => linked.set(path, file));
  const files = new Map([...own, ...read(roots)]);
  const sources = await withoutConverted(directory, { files, tops: roots, linked });
  const remote = new RemoteFiles(sources, fetching);
  const packed = new PackedCharts(sources);
  for (;;) {
    const needed = buildsFor(sources, links);
    const { absent, remoteSources } = needed;
    const found = [...read(absent)].filter(([path]) => !sources.has(path));
    paths.push(...(found.length === 0 ? [] : absent));
    const added = { files: new Map(found), tops: absent, linked };
    for (const one of await withoutConverted(directory, added)) sources.set(...one);
    const hasUnpacked = await packed.unpack(absent);
    const hasFetched = await remote.fetch(remoteSources);
    if (found.length === 0 && !hasFetched && !hasUnpacked) {
      return { sources, paths, needed, links, fetchFaults: remote.faults, asked: remote.asked };
    }
  }
}

/**
 * Returns the settings of the repository in a directory. A compile reports their faults.
 *
 * @throws Error when the path is not a directory
 */
export function readSettings(directory: string): FleetSettings {
  if (!isDirectory(directory)) throw new Error(`${directory} is not a directory`);
  const content = readOwnFiles(directory, [fleetFile]).get(fleetFile);
  return parseSettings(typeof content === 'string' ? content : undefined, () => {});
}

/** Returns the paths that a compile of a directory reads, for a watch. */
export async function sourcePaths(directory: string): Promise<readonly string[]> {
  const { paths } = await readSources(directory, readSettings(directory));
  return [...paths, ...linkedFiles(directory, paths)].map((path) => join(directory, path));
}
