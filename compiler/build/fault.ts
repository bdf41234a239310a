import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { type BuildResult, type KustomizeResult, leastVersions } from '#model/template-build.ts';
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
    case 'built':
      return [];
    case 'kustomized':
      return kustomizeFaults(planned, result, files);
    case 'beyond':
      return [beyondFault(planned, result)];
    default:
      return [programFault(planned, result, files)];
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
  { at }: PlannedBuild,
  { fault, message }: Extract<BuildResult, { type: 'beyond' }>,
): Diagnostic {
  return { ...beyondKinds[fault], severity: 'error', message, at: at('') };
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

function programFault(
  planned: PlannedBuild,
  result: Extract<BuildResult, { type: 'failed' | 'missing' | 'too-old' | 'varies' }>,
  files: FileMap,
): Diagnostic {
  const { build, at } = planned;
  const folder = build.type === 'kustomize' ? build.directory : build.chart;
  switch (result.type) {
    case 'failed':
      return {
        code: 'build/failed',
        severity: 'error',
        message: `${build.type} cannot build ${folder}${forWhom(planned)}: ${result.message}`,
        at: faultPosition(planned, result.message, files),
      };
    case 'missing':
      return {
        code: 'build/no-program',
        severity: 'error',
        message: `${folder} needs ${result.programs.join(' or ')} to be built, which is not there`,
        at: at(''),
        hint: 'install Helm, and have it on the PATH as helm',
      };
    case 'too-old': {
      const { program, version } = result;
      return {
        code: 'build/old-program',
        severity: 'error',
        message: `${folder} needs ${program} ${leastVersions[program]} or later to be built, not ${version}`,
        at: at(''),
        hint: `install a later ${program}, and have it on the PATH`,
      };
    }
    case 'varies':
      return variation(planned, result, files);
  }
}

function variation(
  planned: PlannedBuild,
  { field, source }: Extract<BuildResult, { type: 'varies' }>,
  files: FileMap,
): Diagnostic {
  const { build } = planned;
  const folder = build.type === 'kustomize' ? build.directory : build.chart;
  const first = field === '' ? '' : `, first in ${field}`;
  return {
    code: 'build/varies',
    severity: 'error',
    message: `${folder}${forWhom(planned)} comes out in another way each time it is built${first}`,
    at: faultPosition(planned, source, files),
    hint: 'give as a value what is made up there',
  };
}

/** A chart may fail with the values of one release, and for some of the clusters. */
function forWhom({ build, made }: PlannedBuild): string {
  if (made === undefined || build.type !== 'helm') return '';
  const { by, clusters } = made;
  const title = by === build.chart ? '' : ` as ${by}`;
  const more = clusters.length > 3 ? ` and ${clusters.length - 3} more` : '';
  return `${title} for ${clusters.slice(0, 3).join(', ')}${more}`;
}

/** Where a program's complaint points: to the template that Helm names with its line; else to what was built. */
function faultPosition({ build, at }: PlannedBuild, message: string, files: FileMap): Position {
  const chart = build.type === 'helm' ? build.chart : '';
  return templatePosition(message, chart, files) ?? at('');
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
