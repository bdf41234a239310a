import { listClusters } from '#model/cluster-names.ts';
import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import type { BuildResult, RandomUse } from '#model/template-build.ts';
import { reportedVersion } from './capabilities.ts';
import type { PlannedBuild } from './planned-build.ts';
import { targetSuffix } from './target-suffix.ts';

type ChartFault = Extract<BuildResult, { readonly type: 'random' | 'kube-version' | 'schema' }>;

/** Returns the diagnostic of a chart that Helm cannot render for a reason other than its templates. */
export function chartFault(planned: PlannedBuild, fault: ChartFault, files: FileMap): Diagnostic {
  switch (fault.type) {
    case 'random':
      return randomFault(planned, fault.uses);
    case 'kube-version':
      return versionFault(planned, fault, files);
    case 'schema':
      return schemaFault(planned, fault.message);
  }
}

function chartOf({ build }: PlannedBuild): string {
  return build.type === 'helm' ? build.chart : build.directory;
}

/** Maximum number of calls that a message names. */
const maxCalls = 3;

function randomFault(planned: PlannedBuild, uses: readonly RandomUse[]): Diagnostic {
  const chart = chartOf(planned);
  const calls = uses
    .slice(0, maxCalls)
    .map(({ file, line, function: name }) =>
      file === '' ? `a text passed to tpl: ${name}` : `${file}:${line}: ${name}`,
    );
  const more = uses.length > maxCalls ? `, and ${uses.length - maxCalls} more` : '';
  const where = calls.length === 0 ? '' : ` (${calls.join(', ')}${more})`;
  const first = uses.find(({ file }) => file !== '' && !file.endsWith('.tgz'));
  return {
    code: 'build/random',
    severity: 'error',
    message: `chart ${chart.slice(chart.lastIndexOf('/') + 1)} generates random values${where}`,
    at: first === undefined ? planned.at('') : { ...first, file: `${chart}/${first.file}` },
    hint: randomHint(planned, uses),
  };
}

function randomHint(planned: PlannedBuild, uses: readonly RandomUse[]): string {
  const isWritten =
    planned.producedBy !== undefined && planned.producedBy.name !== chartOf(planned);
  const release = isWritten ? 'the HelmRelease' : 'a HelmRelease for this chart';
  const isKey = uses.some(({ key }) => key);
  const values = [...new Set(uses.flatMap(({ value }) => (value === undefined ? [] : [value])))];
  const isKnown = values.length > 0 && uses.every(({ value }) => value !== undefined);
  const set = isKnown ? `set ${values.join(', ')}` : 'set the values that the chart generates';
  if (isKey)
    return `${set}${isWritten ? '' : ` in ${release}`}: a seed cannot generate keys and certificates`;
  return isWritten
    ? `${set}, or set random: Seeded in ${release}`
    : `add ${release}: ${set} there, or set random: Seeded`;
}

function versionFault(
  { build, at, producedBy }: PlannedBuild,
  { chart, range, version }: Extract<ChartFault, { readonly type: 'kube-version' }>,
  files: FileMap,
): Diagnostic {
  const clusters = producedBy?.clusters ?? [];
  const named = listClusters(clusters);
  const isKnown = build.type === 'helm' && build.kubeVersion !== undefined;
  const file = build.type === 'helm' ? `${build.chart}/Chart.yaml` : '';
  return {
    code: 'build/kube-version',
    severity: 'error',
    message: isKnown
      ? `chart ${chart} requires Kubernetes ${range}, but ${named} ${clusters.length > 1 ? 'run' : 'runs'} ${reportedVersion(version)}`
      : `chart ${chart} requires Kubernetes ${range}, but ${version} is assumed for ${named}`,
    at: linePosition(file, files, /^kubeVersion:/) ?? at(''),
    hint: isKnown
      ? 'use a version of the chart that supports this release, or upgrade the clusters'
      : 'set status.kubernetesVersion of the clusters',
  };
}

function linePosition(file: string, files: FileMap, pattern: RegExp): Position | undefined {
  const line = String(files.get(file) ?? '')
    .split('\n')
    .findIndex((text) => pattern.test(text));
  return line < 0 ? undefined : { file, line: line + 1, column: 1 };
}

function schemaFault(planned: PlannedBuild, message: string): Diagnostic {
  const [, pointer = ''] = /- at '([^']*)'/.exec(message) ?? [];
  const [, found = message] = /following chart\(s\): (.*)/.exec(withoutValues(message)) ?? [];
  const [, chart = '', address] = /^([^:]*): failing loading "([^"]*)"/.exec(found) ?? [];
  const isOutside = address !== undefined;
  const fault = isOutside
    ? `the schema of chart ${chart} refers to ${address}, which is not in the chart`
    : `values do not match the schema of chart ${found}`;
  return {
    code: 'build/values-schema',
    severity: 'error',
    message: `${chartOf(planned)}${targetSuffix(planned)}: ${fault}`,
    at: planned.at(`/spec/values${pointer}`),
    hint: isOutside
      ? 'copy the referenced schema into the chart, or set skipSchemaValidation: true in the HelmRelease'
      : 'correct the values, or set skipSchemaValidation: true in the HelmRelease',
  };
}

/** Removes the values that a message of the schema quotes, because they may be those of a Secret. */
function withoutValues(message: string): string {
  return message.replaceAll(
    /('): '(?:[^'\\]|\\.)*' (does not match pattern|is not valid [\w-]+)(?:: .*?(?= - at '|\n|$))?/g,
    '$1: the value $2',
  );
}
