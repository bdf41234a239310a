import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import type { BuildResult, KustomizeResult } from '#model/template-build.ts';
import { chartFault } from './chart-fault.ts';
import { forWhom } from './for-whom.ts';
import { chartsFault } from './kustomization-charts.ts';
import { causeOf, mentionIn, positionOfCause } from './kustomize-cause.ts';
import type { PlannedBuild } from './plan.ts';
import { notLocked } from './remote.ts';

/** Why a build came to nothing, for those who wrote what was to be built. */
export function faultsOf(
  planned: PlannedBuild,
  result: BuildResult,
  files: FileMap,
): readonly Diagnostic[] {
  switch (result.type) {
    case 'rendered':
      return [];
    case 'kustomized':
      return kustomizeFaults(planned, result, files);
    case 'beyond':
      return [beyondFault(planned, result)];
    case 'failed':
      return [failedFault(planned, result.message, files)];
    default:
      return [chartFault(planned, result, files)];
  }
}

function kustomizeFaults(
  { build, at }: PlannedBuild,
  { error, unlocked, helmCharts }: KustomizeResult,
  files: FileMap,
): readonly Diagnostic[] {
  const isUnreached = /: dial tcp|'git' program|: Get "/.test(error);
  if (isUnreached && unlocked.length > 0) {
    return unlocked.map(({ address, file }) =>
      notLocked(address, mentionIn(files, file, `'${address}'`)),
    );
  }
  if (helmCharts.length > 0) {
    return helmCharts.map((file) => chartsFault({ file, line: 1, column: 1 }));
  }
  const directory = build.type === 'kustomize' ? build.directory : '';
  const cause = causeOf(error, directory);
  return [
    {
      code: 'build/failed',
      severity: 'error',
      message: `kustomize cannot build ${directory}: ${cause.text}`,
      at: positionOfCause(cause, files) ?? at(''),
    },
  ];
}

/** A build that takes too much of the machine, or ends its engine. */
function beyondFault(
  planned: PlannedBuild,
  { fault, message }: Extract<BuildResult, { type: 'beyond' }>,
): Diagnostic {
  return {
    ...beyondKinds[fault],
    severity: 'error',
    message: `${message}${forWhom(planned)}`,
    at: planned.at(''),
  };
}

const beyondKinds: Readonly<
  Record<Extract<BuildResult, { type: 'beyond' }>['fault'], Pick<Diagnostic, 'code' | 'hint'>>
> = {
  'too-large': {
    code: 'build/too-large',
    hint: 'split it, or look for what doubles again and again',
  },
  'too-slow': { code: 'build/too-slow', hint: 'look for a loop or for aliases that never end' },
  'too-deep': { code: 'build/too-deep', hint: 'look for what includes itself' },
  crashed: { code: 'build/failed' },
};

/** An error of a chart, in Helm's words. */
function failedFault(planned: PlannedBuild, message: string, files: FileMap): Diagnostic {
  const chart = planned.build.type === 'helm' ? planned.build.chart : '';
  return {
    code: 'build/failed',
    severity: 'error',
    message: `helm cannot build ${chart}${forWhom(planned)}: ${message}`,
    at:
      templatePosition(message, chart, files) ??
      loadPosition(message, chart, files) ??
      planned.at(''),
  };
}

/** Helm names a template by the chart's name, `web/templates/app.yaml:7:20`, and a YAML line apart. */
function templatePosition(message: string, chart: string, files: FileMap): Position | undefined {
  const [, path = '', line, column] =
    /(?:^|[\s(])[\w.-]+\/((?:charts\/[\w.-]+\/)*(?:templates|crds)\/[^\s:()]+|values\.(?:yaml|schema\.json))(?::(\d+))?(?::(\d+))?/.exec(
      message,
    ) ?? [];
  const file = `${chart}/${path}`;
  if (path === '' || !files.has(file)) return undefined;
  return { file, line: Number(line ?? 1), column: Number(column ?? 0) + 1 };
}

/** Helm says which of a chart's own files it cannot read, and the line. */
function loadPosition(message: string, chart: string, files: FileMap): Position | undefined {
  const [, name = '', line = '1'] =
    /^cannot load (values\.yaml|Chart\.yaml): (?:.*?\byaml: line (\d+))?/.exec(message) ?? [];
  const file = `${chart}/${name}`;
  return name === '' || !files.has(file) ? undefined : { file, line: Number(line), column: 1 };
}
