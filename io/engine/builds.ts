/** Runs the builds that the compiler has planned. */
import { availableParallelism } from 'node:os';
import type { FileMap } from '#model/files.ts';
import {
  type BuildResult,
  type BuildResults,
  buildKey,
  type TemplateBuild,
} from '#model/template-build.ts';
import { engineDigest } from './artifacts.ts';
import type { BuildSite } from './ask.ts';
import { BuildMemory } from './build-memory.ts';
import { buildChart, type ChartOptions } from './helm.ts';
import { buildKustomization } from './kustomize.ts';
import { type EnginePool, engines } from './pool.ts';
import { RepositoryState } from './repository-state.ts';

/** How `runBuilds` runs builds. */
export interface BuildOptions extends ChartOptions {
  /** Cache of the engines' answers; defaults to the user's cache folder. */
  readonly memory?: BuildMemory | 'none' | undefined;
  /** Pool that runs the builds; defaults to the engines of the process. */
  readonly pool?: EnginePool | undefined;
}

/** Runs builds over a repository's files, several concurrently. */
export async function runBuilds(
  builds: readonly TemplateBuild[],
  files: FileMap,
  options: BuildOptions = {},
): Promise<BuildResults> {
  if (builds.length === 0) return new Map();
  const { memory = new BuildMemory(), pool = engines, lines } = options;
  const repository = new RepositoryState(files);
  const site = { repository, pool, memory: memory === 'none' ? undefined : memory };
  const results = new Map<string, BuildResult>();
  const waiting = builds.values();
  const work = async () => {
    for (const build of waiting)
      results.set(buildKey(build), await carryOut(build, site, { lines }));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

async function carryOut(
  build: TemplateBuild,
  site: BuildSite,
  options: ChartOptions,
): Promise<BuildResult> {
  return build.type === 'kustomize'
    ? await buildKustomization(build, site)
    : await buildChart(build, site, options);
}

/**
 * Returns names and digests of the engines that builds use, which identify their versions.
 *
 * @param needed - the builds, and whether charts wait for their results
 */
export async function buildersOf(needed: {
  readonly builds: readonly TemplateBuild[];
  readonly waits: boolean;
}): Promise<readonly string[]> {
  const types = needed.builds.map(({ type }) => type);
  const engines = [...new Set([...types, ...(needed.waits ? ['helm' as const] : [])])].sort();
  return await Promise.all(engines.map(async (name) => `${name} ${await engineDigest(name)}`));
}
