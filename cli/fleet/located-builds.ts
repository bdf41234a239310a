/** Runs the builds of templates, with source lines of chart output where diagnostics need them. */
import { type BuildOptions, runBuilds } from '#io/engine/builds.ts';
import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { isAtOrBelow } from '#model/folder.ts';
import {
  type BuildResult,
  type BuildResults,
  buildKey,
  type TemplateBuild,
} from '#model/template-build.ts';

interface Inputs extends BuildOptions {
  readonly builds: readonly TemplateBuild[];
  readonly files: FileMap;
}

/** What a caller makes of builds. */
interface Used {
  readonly diagnostics: readonly Diagnostic[];
  /** Other positions that the caller prints. */
  readonly shown?: readonly Position[];
}

/**
 * Runs builds and calls `use` with their results. Helm finds the template line of each output line only in
 * a second rendering of a chart. If diagnostics or other printed positions are in charts, Helm renders these charts a
 * second time, and `use` runs again.
 */
export async function withBuilds<T extends Used>(
  { builds, files, ...options }: Inputs,
  use: (results: BuildResults) => T | Promise<T>,
): Promise<T> {
  const results = await runBuilds(builds, files, options);
  const used = await use(results);
  const printed = [...used.diagnostics.map(({ at }) => at), ...(used.shown ?? [])];
  const named = new Set(printed.map(({ file }) => file));
  const unlocated = builds.filter(
    (build) =>
      build.type === 'helm' &&
      lacksLines(results.get(buildKey(build))) &&
      named.values().some((file) => isAtOrBelow(file, build.chart)),
  );
  if (unlocated.length === 0) return used;
  const located = await runBuilds(unlocated, files, { ...options, lines: true });
  return use(new Map([...results, ...located]));
}

function lacksLines(result: BuildResult | undefined): boolean {
  return result?.type === 'rendered' && result.documents.some(({ lines }) => lines === undefined);
}
