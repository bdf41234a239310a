import type { Diagnostic, Position, Report } from '#model/diagnostic.ts';
import { isFieldMap } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import type { RawObject } from '../parse/documents.ts';

/** The field of a kustomization that has Kustomize render charts, and its older name. */
export const chartFields: readonly string[] = ['helmCharts', 'helmChartInflationGenerator'];

/** Reports the charts that a kustomization has rendered: Regatta renders those of HelmReleases only. */
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

/** The fault of a kustomization with charts. */
export function chartsFault(at: Position, what = 'has helmCharts'): Diagnostic {
  return {
    code: 'build/helm-charts',
    severity: 'error',
    message: `the kustomization ${what}, and Regatta renders charts of HelmReleases only`,
    at,
    hint: 'write a HelmRelease as a template',
  };
}

/** The HelmRelease to write in place of an entry, as JSON, which is YAML. */
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
