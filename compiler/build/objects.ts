import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { releaseType } from '#model/release.ts';
import {
  type BuildResult,
  type BuildResults,
  buildKey,
  type KustomizeDocument,
  type TemplateBuild,
} from '#model/template-build.ts';
import type { Memo } from '../memo.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { chartObjects } from './chart-objects.ts';
import { faultsOf } from './fault.ts';
import { kustomizationIn } from './folders.ts';
import { originOf } from './origin.ts';
import type { BuildPlan, PlannedBuild } from './plan.ts';

/** What a plan is carried out with. */
export interface BuildInputs {
  readonly files: FileMap;
  readonly results: BuildResults;
  readonly memo: Memo;
}

/** The objects that builds came to. A build that failed is reported, and has none. */
export function builtObjects(
  { builds }: BuildPlan,
  inputs: BuildInputs,
  report: Report,
): readonly RawObject[] {
  const bases = basesIn(builds, inputs);
  return builds.flatMap((planned) => {
    if (bases.has(planned.build)) return [];
    const objects = objectsOf(planned, inputs, report);
    return objects.filter((object) => !isRelease(object, report));
  });
}

function resultOf({ build }: PlannedBuild, { results }: BuildInputs): BuildResult {
  const result = results.get(buildKey(build));
  if (result === undefined) throw new Error(`nothing was built of ${buildKey(build)}`);
  return result;
}

/**
 * Kustomizations that others are built on, as Kustomize has read them: the plan may have understood
 * one otherwise. Those that are built on each other are no bases, so that their fault is reported.
 */
function basesIn(builds: readonly PlannedBuild[], inputs: BuildInputs): ReadonlySet<TemplateBuild> {
  const read = builds.flatMap((planned) => {
    const result = resultOf(planned, inputs);
    if (planned.build.type !== 'kustomize' || result.type !== 'kustomized') return [];
    return [{ build: planned.build, reads: new Set(result.reads) }];
  });
  const uses = (reads: ReadonlySet<string>, directory: string) =>
    reads.has(kustomizationIn(inputs.files, directory) ?? '');
  const bases = read.filter(({ build, reads }) =>
    read.some(
      (other) =>
        other.build !== build &&
        uses(other.reads, build.directory) &&
        !uses(reads, other.build.directory),
    ),
  );
  return new Set(bases.map(({ build }) => build));
}

/** Builds are planned before any of them is carried out. */
function isRelease({ value, at }: RawObject, report: Report): boolean {
  if (`${value.apiVersion}/${value.kind}` !== releaseType) return false;
  report({
    code: 'build/nested',
    severity: 'error',
    message: 'a HelmRelease comes out of a build, too late to be rendered',
    at: at(''),
    hint: 'write it as a template by itself',
  });
  return true;
}

function objectsOf(
  planned: PlannedBuild,
  inputs: BuildInputs,
  report: Report,
): readonly RawObject[] {
  const { build, made } = planned;
  const { files, memo } = inputs;
  const result = resultOf(planned, inputs);
  if (result.type === 'kustomized' && result.error === '') {
    return result.documents.flatMap((document) =>
      documentObjects(document, planned, inputs, report),
    );
  }
  if (result.type !== 'rendered' || build.type !== 'helm') {
    for (const fault of faultsOf(planned, result, files)) report(fault);
    return [];
  }
  const objects = chartObjects({ chart: build.chart, ...result, files, memo }, report);
  return made === undefined ? objects : objects.map((object) => ({ ...object, made }));
}

function documentObjects(
  { text, origin }: KustomizeDocument,
  { build, at }: PlannedBuild,
  { files, memo }: BuildInputs,
  report: Report,
): readonly RawObject[] {
  const file = build.type === 'kustomize' ? build.directory : '';
  const atBuild: Report = (diagnostic) => report({ ...diagnostic, at: at('') });
  return readObjects({ file, text }, atBuild, memo).map(({ value }) => ({
    value,
    at: originOf(value, origin, { files, at }),
  }));
}
