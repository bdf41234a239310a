import { renderFleet } from '#compiler/compile.ts';
import type { Rendition } from '#compiler/decisions.ts';
import { withExtents } from '#compiler/parse/extents.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/policy.ts';
import type { CompileInputs } from './inputs.ts';
import { withBuilds } from './located-builds.ts';

/** The output that the sources of a fleet repository render. */
export interface RenderedDirectory {
  readonly rendition: Rendition;
  readonly diagnostics: readonly Diagnostic[];
}

/** Renders the sources of a fleet repository. Writes nothing. */
export async function renderInputs(
  { sources: { sources, needed, links, fetchFaults }, bindings }: CompileInputs,
  profile: Profile,
): Promise<RenderedDirectory> {
  const scripts = await scriptsFor(sources);
  const given = { profile, fetchFaults, links };
  const inputs = { needed, existing: bindings, compile: given, files: sources };
  return withBuilds(inputs, (built) => {
    const options = { ...given, scripts, builds: built };
    const { rendition, diagnostics } = renderFleet(sources, bindings, options);
    return { rendition: rendition(), diagnostics: withExtents(diagnostics, sources) };
  });
}
