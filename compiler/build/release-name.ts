import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { HelmRelease } from '#model/release.ts';
import type { Sourced } from '#model/source.ts';
import { releaseNames } from '../parse/schema/release.ts';
import { isWritten } from './release.ts';

/** Reports a release whose name, taken from its folder or metadata, is not a valid Helm release name. */
export function reportReleaseName(release: Sourced<HelmRelease>, report: Report): void {
  const { metadata, spec } = release.object;
  if (spec.releaseName !== undefined || releaseNames.test(metadata.name)) return;
  const fault = { code: 'parse/invalid-value', severity: 'error' } as const;
  if (isWritten(release)) {
    report({
      ...fault,
      message: `${describeObject(release.object)}: metadata.name is not a valid release name`,
      at: release.at('/metadata/name'),
      hint: 'set spec.releaseName to at most 53 characters of a-z, 0-9, - and .',
    });
  } else {
    report({
      ...fault,
      message: `the folder name ${JSON.stringify(spec.chart.slice(spec.chart.lastIndexOf('/') + 1))} is not a valid release name`,
      at: release.at(''),
      hint: 'rename the folder, or add a HelmRelease for the chart',
    });
  }
}
