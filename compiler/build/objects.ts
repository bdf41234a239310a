import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { releaseType } from '#model/release.ts';
import { type BuildResults, buildKey } from '#model/template-build.ts';
import type { Memo } from '../memo.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { chartObjects } from './chart-objects.ts';
import { faultOf } from './fault.ts';
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
    if (result.type !== 'built') report(faultOf(planned, result, inputs.files));
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
