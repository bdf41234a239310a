import type { Diagnostic, Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { parentOf, resolvePath } from '#model/folder.ts';
import { describeObject, type JsonObject } from '#model/object.ts';
import { type HelmRelease, releaseType } from '#model/release.ts';
import type { Sourced } from '#model/source.ts';
import { checkShape } from '../parse/check.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { helmRelease } from '../parse/schema/release.ts';
import { notAllowed, type Remotes } from './remote.ts';

/** Returns the HelmReleases in some files. The parser reports their faults. */
export function readReleases(
  files: FileMap,
  paths: readonly string[],
): readonly Sourced<HelmRelease>[] {
  return paths.flatMap((file) => {
    const text = files.get(file);
    if (typeof text !== 'string' || !text.includes('HelmRelease')) return [];
    return readObjects({ file, text }, () => {}).flatMap(releaseIn);
  });
}

function releaseIn(raw: RawObject): readonly Sourced<HelmRelease>[] {
  const { apiVersion, kind } = raw.value;
  if (`${apiVersion}/${kind}` !== releaseType) return [];
  const object = checkShape(helmRelease, raw, '', () => {});
  return object === undefined ? [] : [{ object: withNulls(object, raw.value), at: raw.at }];
}

/** Restores nulls in values, where a null removes the chart's value. In other fields a null counts as absent. */
function withNulls(release: HelmRelease, raw: RawObject['value']): HelmRelease {
  const { spec } = raw as unknown as HelmRelease;
  const valuesOf = (given: { readonly values?: JsonObject | null }) => given.values ?? {};
  return {
    ...release,
    spec: {
      ...release.spec,
      values: valuesOf(spec),
      clusterValues: release.spec.clusterValues.map((entry, index) => ({
        ...entry,
        values: valuesOf(spec.clusterValues[index] ?? {}),
      })),
    },
  };
}

/** Returns the implicit release of a chart folder without a HelmRelease. */
export function releaseOf(chart: string): Sourced<HelmRelease> {
  const name = chart.slice(chart.lastIndexOf('/') + 1).toLowerCase();
  const [apiVersion, kind] = ['regatta.dev/v1alpha1', 'HelmRelease'] as const;
  const values = { values: {}, valuesFiles: [], clusterValues: [] };
  const given = { includeCRDs: true, apiVersions: [], skipSchemaValidation: false };
  return {
    object: {
      apiVersion,
      kind,
      metadata: { name, namespace: 'default' },
      spec: { chart, ...given, ...values },
    },
    at: () => ({ file: `${chart}/Chart.yaml`, line: 1, column: 1 }),
  };
}

/** Reports whether a release is a HelmRelease in the repository, not the implicit one of a chart folder. */
export function isWritten({ at }: Sourced<HelmRelease>): boolean {
  return !at('').file.endsWith('/Chart.yaml');
}

/** Resolves a path of a release from the repository or from its file; returns '' if it leaves the repository. */
export function pathFrom({ at }: Sourced<HelmRelease>, path: string): string {
  const isRelative = /^\.\.?(\/|$)/.test(path);
  return resolvePath(isRelative ? parentOf(at('').file) : '', path) ?? '';
}

/**
 * Returns the folder of a release's chart, which may not exist. Returns undefined and reports why if a
 * remote chart is not available.
 */
export function chartFolderOf(
  release: Sourced<HelmRelease>,
  remotes: Remotes,
  report: Report,
): string | undefined {
  const { chart, repository, version = '' } = release.object.spec;
  if (repository === undefined) return pathFrom(release, chart);
  const naming = { by: describeObject(release.object), at: release.at('/spec/repository') };
  const source = { type: 'chart', repository, name: chart, version } as const;
  const folder = remotes.folderOf(source, naming, report);
  return folder && `${folder}/${chart}`;
}

/** Reports a path of a release that does not exist or is not allowed. */
export function reportPath(
  release: Sourced<HelmRelease>,
  {
    path,
    pointer,
    what,
  }: { readonly path: string; readonly pointer: string; readonly what: string },
  report: Report,
): void {
  const title = describeObject(release.object);
  report({ severity: 'error', at: release.at(pointer), ...fault() });

  function fault(): Pick<Diagnostic, 'code' | 'message' | 'hint'> {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
      return {
        ...notAllowed(path, { by: title, at: release.at(pointer) }),
        hint:
          what === 'chart'
            ? 'set spec.repository, spec.chart and spec.version, or copy the chart into the repository (helm pull --untar)'
            : 'copy it into the repository and use its path there',
      };
    }
    if (pathFrom(release, path) === '') {
      return {
        code: 'build/outside',
        message: `${title} refers to ${path}, which is outside the repository`,
        hint: 'copy it into the repository and use its path there',
      };
    }
    if (what === 'chart' && /\.t(ar\.)?gz$/.test(path)) return packedChart(title, path);
    return {
      code: 'build/not-found',
      message: `${title} refers to ${what} ${path}, which does not exist in the repository`,
      hint: 'correct the path: it is relative to the repository, and with ./ or ../ it is relative to the file',
    };
  }
}

function packedChart(title: string, path: string): Pick<Diagnostic, 'code' | 'message' | 'hint'> {
  return {
    code: 'build/not-found',
    message: `${title} refers to ${path}, which does not exist or is not a packed chart`,
    hint: 'correct the path, package the chart again with helm package, or use the path of its folder',
  };
}
