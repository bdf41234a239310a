/** Carries out the builds that the compiler has planned. */
import { availableParallelism } from 'node:os';
import type { FileMap } from '#model/files.ts';
import {
  type BuildResult,
  type BuildResults,
  buildKey,
  type TemplateBuild,
} from '#model/template-build.ts';
import { engineDigest } from './engine/artifacts.ts';
import type { BuildSite } from './engine/ask.ts';
import { BuildMemory } from './engine/build-memory.ts';
import { buildKustomization } from './engine/kustomize.ts';
import { type EnginePool, engines } from './engine/pool.ts';
import { RepositoryState } from './engine/repository-state.ts';
import {
  type BuildOptions as ProgramOptions,
  programsFor,
  runPrograms,
} from './template-builds.ts';

export interface BuildOptions extends ProgramOptions {
  /** Where answers of engines are kept; absent: the user's cache folder. */
  readonly builds?: BuildMemory | 'none' | undefined;
  /** What carries builds out; absent: the engines of the process. */
  readonly pool?: EnginePool | undefined;
}

/** Carries out builds over a repository's files, several at a time. */
export async function runBuilds(
  builds: readonly TemplateBuild[],
  files: FileMap,
  options: BuildOptions,
): Promise<BuildResults> {
  if (builds.length === 0) return new Map();
  const { builds: memory = new BuildMemory(), pool = engines } = options;
  const repository = new RepositoryState(files);
  const site = { repository, pool, memory: memory === 'none' ? undefined : memory };
  const charts = builds.filter(({ type }) => type === 'helm');
  const results = new Map(await runPrograms(charts, files, options));
  const waiting = builds.values().filter(({ type }) => type === 'kustomize');
  const work = async () => {
    for (const build of waiting) results.set(buildKey(build), await carryOut(build, site));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

async function carryOut(build: TemplateBuild, site: BuildSite): Promise<BuildResult> {
  if (build.type === 'kustomize') return await buildKustomization(build, site);
  throw new Error('charts are built by a program');
}

/** What tells the engines that builds are carried out with from others. */
export async function buildersOf(builds: readonly TemplateBuild[]): Promise<readonly string[]> {
  const charts = builds.filter(({ type }) => type === 'helm');
  const needsKustomize = charts.length < builds.length;
  return [
    ...programsFor(charts),
    ...(needsKustomize ? [`kustomize ${await engineDigest('kustomize')}`] : []),
  ];
}
