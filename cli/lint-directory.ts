import { compile } from '#compiler/compile.ts';
import { readOwnFiles } from '#io/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/profile.ts';
import { readSettings, readSources } from './fleet-directory.ts';
import { withBuilds } from './located-builds.ts';
import { loadValidation } from './validation.ts';

export interface LintOptions {
  readonly profile: Profile;
  /** Treat warnings as errors. */
  readonly strict: boolean;
}

/**
 * All that there is to say of the fleet repository in a directory. Writes nothing.
 *
 * @throws Error when `directory` is none
 */
export async function lintDirectory(
  directory: string,
  { profile, strict }: LintOptions,
): Promise<readonly Diagnostic[]> {
  const settings = readSettings(directory);
  const { sources, builds, fetchFaults } = await readSources(directory, settings);
  const existing = readOwnFiles(directory, [settings.bindings, settings.rendered]);
  const scripts = await scriptsFor(sources);
  const validate = settings.validation === 'Never' ? undefined : await loadValidation();
  const options = { profile, strict, scripts, validate, fetchFaults };
  const inputs = { builds, files: sources };
  const compilation = await withBuilds(inputs, (built) =>
    compile(sources, existing, { ...options, builds: built }),
  );
  return compilation.diagnostics;
}
