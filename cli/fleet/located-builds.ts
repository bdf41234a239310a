/** Runs the builds of templates, with source lines of chart output where diagnostics need them. */
import { type BuildOptions, runBuilds } from '#io/engine/builds.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { isAtOrBelow } from '#model/folder.ts';
import { type BuildResults, buildKey, type TemplateBuild } from '#model/template-build.ts';

interface Inputs extends BuildOptions {
  readonly builds: readonly TemplateBuild[];
  readonly files: FileMap;
}

/**
 * Runs builds and calls `use` with their results. Helm finds the template line of each output line only in
 * a second rendering of a chart. If diagnostics point into charts, Helm renders these charts a second time,
 * and `use` runs again.
 */
export async function withBuilds<T extends { readonly diagnostics: readonly Diagnostic[] }>(
  { builds, files, ...options }: Inputs,
  use: (results: BuildResults) => T | Promise<T>,
): Promise<T> {
  const results = await runBuilds(builds, files, options);
  const used = await use(results);
  const unlocated = builds.filter(
    (build) =>
      build.type === 'helm' &&
      results.get(buildKey(build))?.type === 'rendered' &&
      used.diagnostics.some(({ at }) => isAtOrBelow(at.file, build.chart)),
  );
  if (options.lines === true || unlocated.length === 0) return used;
  const located = await runBuilds(unlocated, files, { ...options, lines: true });
  return use(new Map([...results, ...located]));
}
