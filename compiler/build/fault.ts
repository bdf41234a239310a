import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import type { BuildResult, KustomizeResult } from '#model/template-build.ts';
import { chartFault } from './chart-fault.ts';
import { dependencyFault } from './dependency-fault.ts';
import { chartsFault } from './kustomization-charts.ts';
import { causeOf, mentionIn, positionOfCause } from './kustomize-cause.ts';
import { conflictPlace } from './kustomize-conflict.ts';
import { duplicateKeyFaults, placeOf } from './kustomize-places.ts';
import type { PlannedBuild } from './planned-build.ts';
import { notLocked } from './remote.ts';
import { secretInputs } from './secret-inputs.ts';
import { targetSuffix } from './target-suffix.ts';

/** Returns the diagnostics of a failed build. Their messages show no value that looks secret. */
export function faultsOf(
  planned: PlannedBuild,
  result: BuildResult,
  files: FileMap,
): readonly Diagnostic[] {
  const faults = shownFaults(planned, result, files);
  if (faults.length === 0) return faults;
  const hide = secretInputs(planned.build, files);
  return faults.map((fault) => ({ ...fault, message: hide(fault.message) }));
}

function shownFaults(
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
  { error, unlocked, helmCharts, reads }: KustomizeResult,
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
  const fault = { directory, error, cause, reads, files };
  const duplicates = duplicateKeyFaults(fault);
  if (duplicates.length > 0) return duplicates;
  const place = conflictPlace(fault) ?? placeOf(fault);
  return [
    {
      code: 'build/failed',
      severity: 'error',
      message: `kustomize cannot build ${directory}: ${place?.text ?? cause.text}`,
      at: place?.at ?? positionOfCause(cause, files) ?? at(''),
      ...(place?.related === undefined ? {} : { related: place.related }),
      hint:
        place?.hint ??
        `correct the file that the message names; kubectl kustomize ${directory} reports the same error`,
    },
  ];
}

/** Returns the diagnostic of a build that exceeds a limit or crashes its engine. */
function beyondFault(
  planned: PlannedBuild,
  { fault, message }: Extract<BuildResult, { type: 'beyond' }>,
): Diagnostic {
  return {
    ...beyondKinds[fault],
    severity: 'error',
    message: `${message}${targetSuffix(planned)}`,
    at: planned.at(''),
  };
}

const beyondKinds: Readonly<
  Record<Extract<BuildResult, { type: 'beyond' }>['fault'], Pick<Diagnostic, 'code' | 'hint'>>
> = {
  'too-large': {
    code: 'build/too-large',
    hint: 'split it into several builds, or remove content that multiplies, such as nested YAML aliases',
  },
  'too-slow': {
    code: 'build/too-slow',
    hint: 'remove the endless loop or the recursive YAML aliases from it',
  },
  'too-deep': { code: 'build/too-deep', hint: 'change the template that includes itself' },
  crashed: {
    code: 'build/failed',
    hint: 'run the command again; if it fails again, report it with the files of the build',
  },
};

/** Returns the diagnostic of a chart with an error. The message is Helm's. */
function failedFault(planned: PlannedBuild, message: string, files: FileMap): Diagnostic {
  const chart = planned.build.type === 'helm' ? planned.build.chart : '';
  const dependencies = dependencyFault(message, chart, files);
  return {
    code: 'build/failed',
    severity: 'error',
    message: `helm cannot build ${chart}${targetSuffix(planned)}: ${dependencies?.message ?? message}`,
    at:
      dependencies?.at ??
      templatePosition(message, chart, files) ??
      loadPosition(message, chart, files) ??
      planned.at(''),
    hint:
      dependencies?.hint ??
      'correct the file that the message names, or the values: spec.values of the HelmRelease, or values.yaml of the chart',
  };
}

/** Returns the position in a template that Helm names, such as `web/templates/app.yaml:7:20`. */
function templatePosition(message: string, chart: string, files: FileMap): Position | undefined {
  const [, path = '', line, column] =
    /(?:^|[\s(])[\w.-]+\/((?:charts\/[\w.-]+\/)*(?:templates|crds)\/[^\s:()]+|values\.(?:yaml|schema\.json))(?::(\d+))?(?::(\d+))?/.exec(
      message,
    ) ?? [];
  const file = `${chart}/${path}`;
  if (path === '' || !files.has(file)) return undefined;
  return { file, line: Number(line ?? 1), column: Number(column ?? 0) + 1 };
}

/** Returns the position in Chart.yaml or values.yaml that Helm cannot read. */
function loadPosition(message: string, chart: string, files: FileMap): Position | undefined {
  const [, name = '', line = '1'] =
    /^cannot load (values\.yaml|Chart\.yaml): (?:.*?\byaml: line (\d+))?/.exec(message) ?? [];
  const file = `${chart}/${name}`;
  return name === '' || !files.has(file) ? undefined : { file, line: Number(line), column: 1 };
}
