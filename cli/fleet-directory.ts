import { statSync } from 'node:fs';
import { join } from 'node:path';
import { buildsFor } from '#compiler/compile.ts';
import { type Decisions, decide } from '#compiler/decide.ts';
import { parseSettings } from '#compiler/parse/settings.ts';
import { readFiles } from '#io/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import { runBuilds } from '#io/template-builds.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { type FleetSettings, fleetFile, sourceRoots } from '#model/fleet.ts';
import { lockFile } from '#model/image-lock.ts';
import type { Profile } from '#model/profile.ts';
import type { TemplateBuild } from '#model/template-build.ts';

/** All that is read of a fleet repository. */
interface Sources {
  readonly sources: FileMap;
  /** What they were found at, relative to the repository. */
  readonly paths: readonly string[];
  readonly builds: readonly TemplateBuild[];
}

/** The sources, and what their builds take from elsewhere in the repository. */
export function readSources(directory: string, settings: FleetSettings): Sources {
  const paths = [fleetFile, lockFile, ...sourceRoots(settings)];
  const sources = new Map(readFiles(directory, paths));
  for (;;) {
    const { builds, absent } = buildsFor(sources);
    const found = [...readFiles(directory, absent)].filter(([path]) => !sources.has(path));
    if (found.length === 0) return { sources, paths, builds };
    paths.push(...absent);
    for (const [path, content] of found) sources.set(path, content);
  }
}

/**
 * The settings of the repository in a directory. A fault in them is reported by a compile.
 *
 * @throws Error when it is no directory
 */
export function readSettings(directory: string): FleetSettings {
  if (!isDirectory(directory)) throw new Error(`${directory} is not a directory`);
  const content = readFiles(directory, [fleetFile]).get(fleetFile);
  return parseSettings(typeof content === 'string' ? content : undefined, () => {});
}

/** What a compile of a directory reads, as paths: for those who watch it. */
export function sourcePaths(directory: string): readonly string[] {
  const { paths } = readSources(directory, readSettings(directory));
  return paths.map((path) => join(directory, path));
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
  const { sources, builds } = readSources(directory, settings);
  const existing = forgets ? new Map() : readFiles(directory, [settings.bindings]);
  const scripts = await scriptsFor(sources);
  const options = {
    profile,
    scripts,
    builds: await runBuilds(builds, sources, { memo: new Map() }),
  };
  const diagnostics: Diagnostic[] = [];
  const decisions = decide(sources, existing, options, (told) => diagnostics.push(told));
  return { decisions, diagnostics };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
