import { join } from 'node:path';
import { buildsFor, decideFleet } from '#compiler/compile.ts';
import type { Decisions } from '#compiler/decisions.ts';
import { withExtents } from '#compiler/parse/extents.ts';
import { parseSettings } from '#compiler/parse/settings.ts';
import { runBuilds } from '#io/engine/builds.ts';
import { isDirectory, linkedFiles, readFiles, readOwnFiles } from '#io/files/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { type FleetSettings, fleetFile, sourceRoots } from '#model/fleet.ts';
import { lockFile } from '#model/image-lock.ts';
import type { Profile } from '#model/policy.ts';
import type { FetchFaults } from '#model/remote-source.ts';
import type { TemplateBuild } from '#model/template-build.ts';
import { type Fetching, RemoteFiles } from './remote-files.ts';

/** The sources of a fleet repository, with what their builds need. */
export interface Sources {
  readonly sources: FileMap;
  /** What they were found at, relative to the repository. */
  readonly paths: readonly string[];
  readonly builds: readonly TemplateBuild[];
  /** Why what they take from the network is not among the sources. */
  readonly fetchFaults: FetchFaults;
  /** What was to be fetched, by `remoteKey`. */
  readonly asked: ReadonlySet<string>;
}

/** The sources, and what their builds take from elsewhere in the repository and from the network. */
export async function readSources(
  directory: string,
  settings: FleetSettings,
  fetching: Fetching = 'locked',
): Promise<Sources> {
  const roots = sourceRoots(settings);
  const paths = [fleetFile, lockFile, ...roots];
  const own = readOwnFiles(directory, [fleetFile, lockFile]);
  const sources = new Map([...own, ...readFiles(directory, roots)]);
  const remote = new RemoteFiles(sources, fetching);
  for (;;) {
    const { builds, absent, remoteSources } = buildsFor(sources);
    const found = [...readFiles(directory, absent)].filter(([path]) => !sources.has(path));
    paths.push(...(found.length === 0 ? [] : absent));
    for (const [path, content] of found) sources.set(path, content);
    const hasFetched = await remote.fetch(remoteSources);
    if (found.length === 0 && !hasFetched) {
      return { sources, paths, builds, fetchFaults: remote.faults, asked: remote.asked };
    }
  }
}

/**
 * The settings of the repository in a directory. A fault in them is reported by a compile.
 *
 * @throws Error when it is no directory
 */
export function readSettings(directory: string): FleetSettings {
  if (!isDirectory(directory)) throw new Error(`${directory} is not a directory`);
  const content = readOwnFiles(directory, [fleetFile]).get(fleetFile);
  return parseSettings(typeof content === 'string' ? content : undefined, () => {});
}

/** What a compile of a directory reads, as paths: for those who watch it. */
export async function sourcePaths(directory: string): Promise<readonly string[]> {
  const { paths } = await readSources(directory, readSettings(directory));
  return [...paths, ...linkedFiles(directory, paths)].map((path) => join(directory, path));
}

/**
 * What is decided for the fleet repository in a directory, and what has to be said of it.
 *
 * @param options - `forgets`: as if nothing had been decided before
 */
export async function decideDirectory(
  directory: string,
  profile: Profile,
  { forgets = false }: { readonly forgets?: boolean | undefined } = {},
): Promise<{ readonly decisions: Decisions; readonly diagnostics: readonly Diagnostic[] }> {
  const settings = readSettings(directory);
  const { sources, builds, fetchFaults } = await readSources(directory, settings);
  const existing = forgets ? new Map() : readOwnFiles(directory, [settings.bindings]);
  const scripts = await scriptsFor(sources);
  const options = {
    profile,
    scripts,
    fetchFaults,
    builds: await runBuilds(builds, sources, { lines: true }),
  };
  const diagnostics: Diagnostic[] = [];
  const decisions = decideFleet(sources, existing, options, (found) => diagnostics.push(found));
  return { decisions, diagnostics: withExtents(diagnostics, sources) };
}
