import type { Diagnostic, Position, Report } from '#model/diagnostic.ts';
import { isFieldMap } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import type { RawObject } from '../parse/documents.ts';

/** The field of a kustomization with charts to render, and its older name. */
export const chartFields: readonly string[] = ['helmCharts', 'helmChartInflationGenerator'];

/** Reports the charts of a kustomization, because Regatta only renders charts of HelmReleases. */
export function refuseCharts({ value, at }: RawObject, report: Report): void {
  for (const field of chartFields) {
    const charts = value[field];
    if (!Array.isArray(charts)) continue;
    for (const [index, chart] of charts.entries()) {
      const { name, release } = releaseFor(isFieldMap(chart) ? chart : {});
      const fault = chartsFault(at(pointerTo([field, index])), `renders the chart ${name}`);
      report({ ...fault, hint: `${fault.hint}: ${release}` });
    }
  }
}

/** Returns the diagnostic of a kustomization with charts. */
export function chartsFault(at: Position, what = 'has helmCharts'): Diagnostic {
  return {
    code: 'build/helm-charts',
    severity: 'error',
    message: `the kustomization ${what}, but Regatta only renders charts of HelmReleases`,
    at,
    hint: 'add a HelmRelease to the templates',
  };
}

/** Returns the HelmRelease that replaces an entry, as JSON, which is valid YAML. */
function releaseFor(entry: Readonly<Record<string, unknown>>): {
  readonly name: string;
  readonly release: string;
} {
  const name = String(entry.name ?? entry.chartName ?? '');
  const { namespace, repo, chartRepo = repo, version, chartVersion = version } = entry;
  const { releaseName = name, valuesFile, valuesInline } = entry;
  const isLocal = typeof chartRepo !== 'string' || chartRepo === '';
  const source = isLocal
    ? { chart: `./charts/${name}` }
    : { repository: chartRepo, chart: name, version: chartVersion ?? 'VERSION' };
  const valuesFiles = typeof valuesFile === 'string' ? [`./${valuesFile}`] : undefined;
  const spec = { ...source, valuesFiles, values: valuesInline };
  const metadata = { name: releaseName, namespace };
  const type = { apiVersion: 'regatta.dev/v1alpha1', kind: 'HelmRelease' };
  return { name, release: JSON.stringify({ ...type, metadata, spec }) };
}
