import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { byText } from '#model/object.ts';
import { type BuildResult, leastVersions, type TemplateBuild } from '#model/template-build.ts';
import type { PlannedBuild } from './plan.ts';

/** Why a build came to nothing, for those who wrote what was to be built. */
export function faultOf(
  planned: PlannedBuild,
  result: Exclude<BuildResult, { type: 'built' }>,
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
        hint: installHints[build.type],
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

/** For those who lack the program. */
const installHints: Readonly<Record<TemplateBuild['type'], string>> = {
  kustomize: 'install kustomize or kubectl, and have it on the PATH',
  helm: 'install Helm, and have it on the PATH as helm',
};

/**
 * Where a program's complaint points: to the template that Helm names with its line; to the line of
 * the kustomization that names what the complaint is about; else to what was built.
 */
function faultPosition({ build, at }: PlannedBuild, message: string, files: FileMap): Position {
  return (
    (build.type === 'helm'
      ? templatePosition(message, build.chart, files)
      : mentionPosition(message, at(''), files)) ?? at('')
  );
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

/** The longest word of a kustomization that the complaint quotes. */
function mentionPosition(message: string, at: Position, files: FileMap): Position | undefined {
  const text = files.get(at.file);
  if (typeof text !== 'string') return undefined;
  const lines = text.split('\n');
  const words = lines.flatMap((line, index) =>
    [...line.matchAll(/[\w./-]{4,}/g)].map((match) => ({ index, match })),
  );
  const found = words
    .filter(({ match: [word] }) => message.includes(`'${word}'`) || message.includes(`"${word}"`))
    .toSorted((a, b) => b.match[0].length - a.match[0].length || byText(a.match[0], b.match[0]))[0];
  if (found === undefined) return undefined;
  return { file: at.file, line: found.index + 1, column: found.match.index + 1 };
}
