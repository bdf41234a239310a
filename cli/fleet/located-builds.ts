/** Runs the builds of templates, with source lines of chart output where diagnostics need them. */

import type { NeededBuilds } from '#compiler/build/needed.ts';
import { remainingBuilds } from '#compiler/build.ts';
import type { CompileOptions } from '#compiler/decisions.ts';
import { type BuildOptions, runBuilds } from '#io/engine/builds.ts';
import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { FileMap, OutputMap } from '#model/files.ts';
import { isAtOrBelow } from '#model/folder.ts';
import {
  type BuildResult,
  type BuildResults,
  buildKey,
  type TemplateBuild,
} from '#model/template-build.ts';

interface Inputs {
  /** The builds that do not depend on results of others. */
  readonly needed: Pick<NeededBuilds, 'builds' | 'waits'>;
  /** What the compile of the results reads besides, which decides what charts see of a cluster. */
  readonly existing: OutputMap;
  readonly compile: Pick<CompileOptions, 'profile' | 'fetchFaults' | 'links'>;
  readonly files: FileMap;
  readonly options?: BuildOptions;
}

/** The result that a caller derives from builds. */
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
  inputs: Inputs,
  use: (results: BuildResults) => T | Promise<T>,
): Promise<T> {
  const { files, options } = inputs;
  const { builds, results } = await runAll(inputs);
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

/** Runs the needed builds, and then the builds of charts that wait for their results. */
async function runAll({ needed, existing, compile, files, options }: Inputs): Promise<{
  readonly builds: readonly TemplateBuild[];
  readonly results: BuildResults;
}> {
  const first = await runBuilds(needed.builds, files, options);
  if (!needed.waits) return { builds: needed.builds, results: first };
  const builds = remainingBuilds(files, existing, { ...compile, builds: first });
  const others = builds.filter((build) => !first.has(buildKey(build)));
  const second = await runBuilds(others, files, options);
  return { builds, results: new Map([...first, ...second]) };
}

function lacksLines(result: BuildResult | undefined): boolean {
  return result?.type === 'rendered' && result.documents.some(({ lines }) => lines === undefined);
}
