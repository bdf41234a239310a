import { type BuildOptions, runBuilds } from '#io/engine/builds.ts';
import type { FileMap } from '#model/files.ts';
import { type BuildResult, buildKey, type HelmBuild } from '#model/template-build.ts';

/** Returns the files of a chart `web` in the folder `chart`. */
export function chartOf(files: Readonly<Record<string, string>>): FileMap {
  const all = { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', ...files };
  return new Map(Object.entries(all).map(([path, text]) => [`chart/${path}`, text]));
}

/** Returns a template of a ConfigMap with these lines of data. */
export function mapOf(...data: readonly string[]): string {
  const lines = data.map((line) => `  ${line}\n`).join('');
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n${lines}`;
}

/** Renders the chart in the folder `chart`, without the build cache. */
export async function render(
  files: FileMap,
  given: Partial<HelmBuild> = {},
  options: BuildOptions = {},
): Promise<BuildResult> {
  const build: HelmBuild = {
    ...{ type: 'helm', chart: 'chart', releaseName: 'app', namespace: 'shop', includeCRDs: true },
    ...{ values: {}, apiVersions: [], ...given },
  };
  const results = await runBuilds([build], files, { memory: 'none', ...options });
  const result = results.get(buildKey(build));
  if (result === undefined) throw new Error('the chart was not built');
  return result;
}

/** Returns the text that a chart renders. */
export async function printed(files: FileMap, given: Partial<HelmBuild> = {}): Promise<string> {
  const result = await render(files, given);
  if (result.type !== 'rendered') throw new Error(JSON.stringify(result));
  return result.documents.map(({ text }) => text).join('\n---\n');
}
