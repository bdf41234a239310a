import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { HelmRelease } from '#model/release.ts';
import type { Sourced } from '#model/source.ts';
import { releaseNames } from '../parse/schema/release.ts';
import { isWritten } from './release.ts';

/** Reports a release whose name, from its folder or its metadata, no Helm release can have. */
export function reportReleaseName(release: Sourced<HelmRelease>, report: Report): void {
  const { metadata, spec } = release.object;
  if (spec.releaseName !== undefined || releaseNames.test(metadata.name)) return;
  const fault = { code: 'parse/invalid-value', severity: 'error' } as const;
  if (isWritten(release)) {
    report({
      ...fault,
      message: `${describeObject(release.object)}: metadata.name is not a valid release name`,
      at: release.at('/metadata/name'),
      hint: 'give it a spec.releaseName: at most 53 of a-z, 0-9, - and .',
    });
  } else {
    report({
      ...fault,
      message: `the folder name ${JSON.stringify(spec.chart.slice(spec.chart.lastIndexOf('/') + 1))} is not a valid release name`,
      at: release.at(''),
      hint: 'rename the folder, or write a HelmRelease that names the chart',
    });
  }
}
