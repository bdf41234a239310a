import { planOutput, renderFleet, withFindings } from '#compiler/compile.ts';
import { readOwnFiles } from '#io/files/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { AcceptedDiagnostic } from '#model/acceptance.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/policy.ts';
import { renderedAtBase } from '../diff/rendered-at-base.ts';
import { withBuilds } from '../fleet/located-builds.ts';
import { readSettings, readSources } from '../fleet/read.ts';
import { validate } from '../fleet/validation.ts';
import { lintMeshes } from '../mesh/lint.ts';

/** The options of a lint. */
export interface LintOptions {
  readonly profile: Profile;
  /** Whether warnings count as errors. */
  readonly strict: boolean;
  /**
   * A revision. Lint validates the objects that differ from its output as updates. When absent, lint
   * compares with `rendered/`.
   */
  readonly base?: string | undefined;
}

/** The result of a lint. */
export interface LintResult {
  /** Everything but what the sources accept. */
  readonly diagnostics: readonly Diagnostic[];
  readonly accepted: readonly AcceptedDiagnostic[];
}

/**
 * Returns all diagnostics of the fleet repository in a directory. Writes nothing.
 *
 * @throws Error when `directory` is not a directory
 */
export async function lintDirectory(
  directory: string,
  { profile, strict, base }: LintOptions,
): Promise<LintResult> {
  const settings = readSettings(directory);
  const { sources, needed, links, fetchFaults } = await readSources(directory, settings);
  const bindings = readOwnFiles(directory, [settings.bindings]);
  const scripts = await scriptsFor(sources);
  const files = readOwnFiles(directory, [settings.rendered]);
  const given = { profile, strict, scripts, fetchFaults, links };
  const inputs = { needed, existing: bindings, compile: given, files: sources };
  const rendered = await withBuilds(inputs, async (built) => {
    const rendered = renderFleet(sources, bindings, { ...given, builds: built });
    if (settings.validation === 'Never') return rendered;
    const existing =
      base === undefined ? files : await renderedAtBase(directory, { base }, rendered);
    const scope = 'everything';
    const rendition = rendered.rendition();
    const found = await validate(directory, rendition, { existing, scope });
    return withFindings(rendered, [...found, ...(await lintMeshes(rendition, found))]);
  });
  return planOutput(rendered, { intact: [], others: new Map([...bindings, ...files]) });
}
