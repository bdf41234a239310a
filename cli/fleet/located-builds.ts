/** Builds of templates, and what is made of their results with positions that are as good as they get. */
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
 * Runs builds and uses their results. To know the template line of each line that a chart prints, the chart is
 * rendered a second time. That is done only for charts that a diagnostic points into; then the results are
 * used again.
 */
export async function withBuilds<T extends { readonly diagnostics: readonly Diagnostic[] }>(
  { builds, files, ...options }: Inputs,
  use: (results: BuildResults) => T | Promise<T>,
): Promise<T> {
  const results = await runBuilds(builds, files, options);
  const used = await use(results);
  const vague = builds.filter(
    (build) =>
      build.type === 'helm' &&
      results.get(buildKey(build))?.type === 'rendered' &&
      used.diagnostics.some(({ at }) => isAtOrBelow(at.file, build.chart)),
  );
  if (options.lines === true || vague.length === 0) return used;
  const located = await runBuilds(vague, files, { ...options, lines: true });
  return use(new Map([...results, ...located]));
}
