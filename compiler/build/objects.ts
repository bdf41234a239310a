import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { releaseType } from '#model/release.ts';
import {
  type BuildResult,
  type BuildResults,
  buildKey,
  leastVersions,
} from '#model/template-build.ts';
import type { Memo } from '../memo.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { chartObjects } from './chart-objects.ts';
import { faultPosition } from './fault.ts';
import { originOf, withoutOrigin } from './origin.ts';
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
  return builds.flatMap((planned) => {
    const result = inputs.results.get(buildKey(planned.build));
    if (result === undefined) throw new Error(`nothing was built of ${buildKey(planned.build)}`);
    if (result.type !== 'built') reportFailure(planned, result, inputs.files, report);
    const objects = result.type === 'built' ? objectsOf(planned, result.text, inputs, report) : [];
    return objects.filter((object) => !isRelease(object, report));
  });
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
  { build, at, made }: PlannedBuild,
  text: string,
  { files, memo }: BuildInputs,
  report: Report,
): readonly RawObject[] {
  if (build.type === 'helm') {
    const objects = chartObjects({ chart: build.chart, text, files, memo }, report);
    return made === undefined ? objects : objects.map((object) => ({ ...object, made }));
  }
  const folder = build.directory;
  const told: Report = (diagnostic) => report({ ...diagnostic, at: at('') });
  return readObjects({ file: folder, text }, told, memo).map((object) => ({
    value: withoutOrigin(object.value),
    at: originOf(object, { files, folder, at }),
  }));
}

/** A chart may fail with the values of one release, and for some of the clusters. */
function forWhom({ made }: PlannedBuild): string {
  if (made === undefined) return '';
  const { by, clusters } = made;
  const more = clusters.length > 3 ? ` and ${clusters.length - 3} more` : '';
  return ` as ${by} for ${clusters.slice(0, 3).join(', ')}${more}`;
}

/** What each program is part of, for those who lack it. */
const installHints: Readonly<Record<TemplateProgram, string>> = {
  kustomize: 'install kustomize or kubectl, and have it on the PATH',
  helm: 'install Helm, and have it on the PATH as helm',
};

type TemplateProgram = PlannedBuild['build']['type'];

function reportFailure(
  planned: PlannedBuild,
  result: Exclude<BuildResult, { type: 'built' }>,
  files: FileMap,
  report: Report,
): void {
  const { build, at } = planned;
  const folder = build.type === 'kustomize' ? build.directory : build.chart;
  switch (result.type) {
    case 'failed':
      report({
        code: 'build/failed',
        severity: 'error',
        message: `${build.type} cannot build ${folder}${forWhom(planned)}: ${result.message}`,
        at: faultPosition(planned, result.message, files),
      });
      return;
    case 'missing':
      report({
        code: 'build/no-program',
        severity: 'error',
        message: `${folder} needs ${result.programs.join(' or ')} to be built, which is not there`,
        at: at(''),
        hint: installHints[build.type],
      });
      return;
    case 'too-old':
      report({
        code: 'build/old-program',
        severity: 'error',
        message: `${folder} needs ${result.program} ${leastVersions[result.program]} or later to be built, not ${result.version}`,
        at: at(''),
        hint: `install a later ${result.program}, and have it on the PATH`,
      });
      return;
  }
}
