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
import type { RawObject, ReadObjects } from '../parse/documents.ts';
import { OutputFaults } from '../parse/output-faults.ts';
import { chartObjects } from './chart-objects.ts';
import { hasEncryptedInput } from './encrypted-inputs.ts';
import { faultsOf } from './fault.ts';
import { kustomizationIn } from './folders.ts';
import { originOf } from './origin.ts';
import type { BuildPlan } from './plan.ts';
import type { PlannedBuild } from './planned-build.ts';

/** Inputs for reading the results of a plan. */
export interface BuildInputs {
  readonly files: FileMap;
  readonly results: BuildResults;
  readonly read: ReadObjects;
  /** Called with each hook of an installation or an upgrade that is left out. */
  readonly noteHook: (hook: RawObject) => void;
}

/** Returns the objects of all builds. Reports failed builds, which return no objects. */
export function builtObjects(
  { builds }: Pick<BuildPlan, 'builds'>,
  inputs: BuildInputs,
  report: Report,
): readonly RawObject[] {
  const bases = basesIn(builds, inputs);
  const built = builds.filter(({ build }) => !bases.has(build));
  const faults = new OutputFaults();
  const objects = built.flatMap((planned) => {
    const note = faults.reportOf(planned.producedBy);
    return objectsOf(planned, inputs, note).filter(
      (object) => !isRelease(object, note) && !hasEncryptedInput(object, inputs.files, note),
    );
  });
  for (const failed of failedBuilds(built, inputs)) {
    for (const fault of faultsOf(...failed, inputs.files)) faults.reportOf(undefined)(fault);
  }
  faults.reportTo(report);
  return objects;
}

type FailedBuild = readonly [planned: PlannedBuild, result: BuildResult];

/** Returns the builds that failed. Builds of one release with the same result become one, for the clusters of all. */
function failedBuilds(
  builds: readonly PlannedBuild[],
  inputs: BuildInputs,
): readonly FailedBuild[] {
  const failed = builds
    .map((planned): FailedBuild => [planned, resultOf(planned, inputs)])
    .filter(([, result]) => !hasOutput(result));
  const same = Map.groupBy(failed, ([{ build, at, producedBy }, result]) =>
    JSON.stringify([directoryOf(build), at(''), producedBy?.name, result]),
  );
  return [...same.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const [planned, result] = first;
    const outputs = [first, ...others].flatMap(([{ producedBy }]) => producedBy ?? []);
    const clusters = outputs.flatMap((output) => output.clusters);
    const { producedBy } = planned;
    const whole = producedBy && { ...planned, producedBy: { ...producedBy, clusters } };
    return [[whole ?? planned, result]];
  });
}

function directoryOf(build: TemplateBuild): string {
  return build.type === 'kustomize' ? build.directory : build.chart;
}

function hasOutput(result: BuildResult): boolean {
  return result.type === 'rendered' || (result.type === 'kustomized' && result.error === '');
}

function resultOf({ build }: PlannedBuild, { results }: BuildInputs): BuildResult {
  const result = results.get(buildKey(build));
  if (result === undefined) throw new Error(`build without a result: ${buildKey(build)}`);
  return result;
}

/**
 * Returns the builds that are bases of other builds according to the files that Kustomize read, which
 * may differ from the plan. Kustomizations in a cycle do not count as bases, so that Kustomize reports the cycle.
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

/** Reports a HelmRelease in the output of a build, because the compiler plans all builds before any of them runs. */
function isRelease({ value, at }: RawObject, report: Report): boolean {
  if (`${value.apiVersion}/${value.kind}` !== releaseType) return false;
  report({
    code: 'build/nested',
    severity: 'error',
    message: 'a build produced a HelmRelease; a HelmRelease must be a separate template',
    at: at(''),
    hint: 'move it to a separate template file',
  });
  return true;
}

function objectsOf(
  planned: PlannedBuild,
  inputs: BuildInputs,
  report: Report,
): readonly RawObject[] {
  const { build, producedBy, keepsHooks = false } = planned;
  const { files, read } = inputs;
  const result = resultOf(planned, inputs);
  if (result.type === 'kustomized' && result.error === '') {
    return result.documents.flatMap((document) =>
      documentObjects(document, planned, inputs, report),
    );
  }
  if (result.type !== 'rendered' || build.type !== 'helm') return [];
  const withOutput = (object: RawObject) =>
    producedBy === undefined ? object : { ...object, producedBy };
  const noteHook = (hook: RawObject) => inputs.noteHook(withOutput(hook));
  const output = { chart: build.chart, ...result, files, read, keepsHooks, noteHook };
  return chartObjects(output, report).map(withOutput);
}

function documentObjects(
  { text, origin }: KustomizeDocument,
  { build, at }: PlannedBuild,
  { files, read }: BuildInputs,
  report: Report,
): readonly RawObject[] {
  const file = build.type === 'kustomize' ? build.directory : '';
  const atBuild: Report = (diagnostic) => report({ ...diagnostic, at: at('') });
  return read({ file, text }, atBuild).map(({ value }) => ({
    value,
    at: originOf(value, origin, { files, at }),
  }));
}
