import { renderFleet } from '#compiler/compile.ts';
import type { Rendition } from '#compiler/decisions.ts';
import { withExtents } from '#compiler/parse/extents.ts';
import { readOwnFiles } from '#io/files/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/policy.ts';
import { withBuilds } from './located-builds.ts';
import { readSettings, readSources } from './read.ts';

/** What the sources of a fleet repository render. */
export interface RenderedDirectory {
  readonly rendition: Rendition;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Renders the fleet repository in a directory. Writes nothing.
 *
 * @throws Error when `directory` is not a directory
 */
export async function renderDirectory(
  directory: string,
  profile: Profile,
): Promise<RenderedDirectory> {
  const settings = readSettings(directory);
  const { sources, needed, links, fetchFaults } = await readSources(directory, settings);
  const existing = readOwnFiles(directory, [settings.bindings]);
  const scripts = await scriptsFor(sources);
  const given = { profile, fetchFaults, links };
  const inputs = { needed, existing, compile: given, files: sources };
  return withBuilds(inputs, (built) => {
    const options = { ...given, scripts, builds: built };
    const { rendition, diagnostics } = renderFleet(sources, existing, options);
    return { rendition: rendition(), diagnostics: withExtents(diagnostics, sources) };
  });
}
