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

/** The HelmReleases in some files. Their faults are for the parser to report. */
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

/** A null in values takes away what the chart has there; elsewhere it is as nothing. */
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

/** The release of a chart folder without a HelmRelease. */
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

/** False for the release of a chart folder without a HelmRelease. */
export function isWritten({ at }: Sourced<HelmRelease>): boolean {
  return !at('').file.endsWith('/Chart.yaml');
}

/** Where a release's path leads, from the top of the repository or from its file; '' for outside. */
export function pathFrom({ at }: Sourced<HelmRelease>, path: string): string {
  const isRelative = /^\.\.?(\/|$)/.test(path);
  return resolvePath(isRelative ? parentOf(at('').file) : '', path) ?? '';
}

/**
 * The folder of a release's chart, or the folder that there has to be for it; undefined for one that
 * isn't there, which is reported.
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

/** Reports a path of a release of which there is nothing, and why. */
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
            ? 'name its repository, its name and its version in fields of their own; or copy it into the repository (helm pull --untar)'
            : 'copy it into the repository, and name it by its path there',
      };
    }
    if (pathFrom(release, path) === '') {
      return {
        code: 'build/outside',
        message: `${title} names ${path}, which is not inside of the repository`,
        hint: 'copy it into the repository, and name it by its path there',
      };
    }
    return {
      code: 'build/not-found',
      message: `${title} names ${path}, where the repository has no ${what}`,
      hint: 'paths start at the top of the repository; those with ./ or ../ at the file',
    };
  }
}
