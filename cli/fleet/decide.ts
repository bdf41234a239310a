import { decideFleet } from '#compiler/compile.ts';
import type { Decisions } from '#compiler/decisions.ts';
import { withExtents } from '#compiler/parse/extents.ts';
import { readOwnFiles } from '#io/files/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import { withBuilds } from './located-builds.ts';
import { readSettings, readSources } from './read.ts';

/** How `decideDirectory` decides. */
interface DecideOptions {
  /** Whether the decisions ignore previous placements. */
  readonly forgets?: boolean | undefined;
  /** Returns the objects whose positions the caller prints. Those in charts then have the lines of templates. */
  readonly shown: (decisions: Decisions) => readonly Sourced[];
}

/** Returns the decisions for the fleet repository in a directory, and its diagnostics. */
export async function decideDirectory(
  directory: string,
  profile: Profile,
  { forgets = false, shown }: DecideOptions,
): Promise<{ readonly decisions: Decisions; readonly diagnostics: readonly Diagnostic[] }> {
  const settings = readSettings(directory);
  const { sources, needed, links, fetchFaults } = await readSources(directory, settings);
  const existing = forgets ? new Map() : readOwnFiles(directory, [settings.bindings]);
  const scripts = await scriptsFor(sources);
  const given = { profile, fetchFaults, links };
  const inputs = { needed, existing, compile: given, files: sources };
  return withBuilds(inputs, (built) => {
    const found: Diagnostic[] = [];
    const options = { ...given, scripts, builds: built };
    const decisions = decideFleet(sources, existing, options, (one) => found.push(one));
    const { policies, overrides } = decisions.repository;
    const printed = [...shown(decisions), ...policies, ...overrides];
    return {
      decisions,
      diagnostics: withExtents(found, sources),
      shown: printed.map(({ at }) => at('')),
    };
  });
}
