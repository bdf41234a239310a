/** Renders charts with the Helm engine. */
import type { FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import type { BuildResult, HelmBuild, RandomUse, RenderedChart } from '#model/template-build.ts';
import { maxUnpackedBytes } from '#model/unpacked-size.ts';
import { askOnce, type BuildSite } from './ask.ts';
import { builtInApis } from './built-in-apis.ts';

/** The answer of engines/helm. */
interface HelmAnswer extends Partial<RenderedChart> {
  /** Number of random bytes that the engine requested. */
  readonly randomBytes: number;
  readonly random?: readonly RandomUse[];
  readonly error?: {
    readonly type: 'kube-version' | 'schema' | 'failed';
    readonly message: string;
    readonly chart?: string;
    readonly range?: string;
    readonly version?: string;
  };
}

/** The request to engines/helm, with its field names. */
interface ChartRequest {
  readonly files: Readonly<Record<string, string>>;
  readonly binary: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** How an engine renders a chart. */
export interface ChartOptions {
  /** Whether to find the template line of each output line, which renders the chart a second time. */
  readonly lines?: boolean | undefined;
}

/** Renders a chart of a repository. */
export async function buildChart(
  build: HelmBuild,
  site: BuildSite,
  options: ChartOptions,
): Promise<BuildResult> {
  if (sizeOf(build.chart, site.repository.files) > maxUnpackedBytes) {
    const message = `chart ${build.chart} has files of more than ${maxUnpackedBytes / 1024 ** 2} MiB`;
    return { type: 'beyond', fault: 'too-large', message };
  }
  const { files, binary, ...given } = requestOf(build, site.repository.files, options);
  const wider = options.lines === true ? undefined : { ...given, lines: true };
  const question = { engine: 'helm', request: given, wider } as const;
  const result = await askOnce(question, site, async () => {
    const name = `chart ${build.chart}`;
    const request = { ...given, files, binary };
    const answered = await site.pool.run({ engine: 'helm', request, name });
    if (answered.type === 'failed') return answered;
    const { answer, randomBytes } = answered;
    return {
      type: 'answered',
      answer: { ...Object(answer), randomBytes },
      reads: [`${build.chart}/`],
    };
  });
  if (result.type === 'failed') return { ...result, type: 'beyond' };
  return resultOf(result.answer as HelmAnswer);
}

/** Returns the request for a build. It contains everything that the output can depend on. */
export function requestOf(
  build: HelmBuild,
  files: FileMap,
  { lines = false }: ChartOptions = {},
): ChartRequest {
  const { releaseName, namespace, values, includeCRDs, apiVersions, seed } = build;
  const { kubeVersion, minor, skipSchemaValidation } = build;
  return {
    ...chartFiles(build.chart, files),
    name: releaseName,
    namespace,
    values,
    includeCRDs,
    apiVersions,
    lines,
    kubeVersion,
    skipSchemaValidation,
    ...(minor === undefined ? {} : { builtIn: builtInApis(minor) }),
    ...(seed === undefined ? {} : { random: 'Seeded', seed }),
  };
}

/** Returns the total size of a chart's files. Many links may lead to one large file. */
function sizeOf(chart: string, all: FileMap): number {
  return [...filesBelow(all, [chart])].reduce((sum, [, content]) => {
    const text = typeof content === 'string' ? content : (content.base64 ?? '');
    return sum + text.length;
  }, 0);
}

/** Returns the files of a chart by their path in it: text files, and binary files in base64. */
function chartFiles(chart: string, all: FileMap) {
  const files: [string, string][] = [];
  const binary: [string, string][] = [];
  for (const [path, content] of filesBelow(all, [chart])) {
    const inside = path.slice(chart.length + 1);
    if (typeof content === 'string') files.push([inside, content]);
    else binary.push([inside, content.base64 ?? '']);
  }
  return { files: Object.fromEntries(files), binary: Object.fromEntries(binary) };
}

function resultOf(answer: HelmAnswer): BuildResult {
  const { error, random, documents = [], templates = [], randomBytes } = answer;
  if (random !== undefined) return { type: 'random', uses: random };
  if (error === undefined) {
    // The engine reports every random function that it knows by name; this use is by another function.
    return randomBytes > 0
      ? { type: 'random', uses: [] }
      : { type: 'rendered', documents, templates };
  }
  const message = shorten(error.message);
  if (error.type !== 'kube-version') return { type: error.type, message };
  const { chart = '', range = '', version = '' } = error;
  return { type: 'kube-version', chart, range, version };
}

/** Maximum length of a message, in characters. */
const maxLength = 500;

function shorten(message: string): string {
  const text = message.replaceAll(/\s+/g, ' ').trim();
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
