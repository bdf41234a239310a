import { compile } from '#compiler/compile.ts';
import { runBuilds } from '#io/builds.ts';
import { readOwnFiles } from '#io/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/profile.ts';
import { readSettings, readSources } from './fleet-directory.ts';
import { loadValidation } from './validation.ts';

export interface LintOptions {
  readonly profile: Profile;
  /** Take every warning for an error, and build templates twice to see whether they vary. */
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
  const built = await runBuilds(builds, sources, { memo: new Map(), twice: strict });
  const validate = settings.validation === 'Never' ? undefined : await loadValidation();
  const options = { profile, strict, scripts, builds: built, validate, fetchFaults };
  return compile(sources, existing, options).diagnostics;
}
