import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { fleetFile, isMisnamedFleetFile } from '#model/fleet.ts';

/** Reports files that look like regatta.yaml: an error if there is no regatta.yaml, because the defaults would hold. */
export function reportMisnamedSettings(files: FileMap, report: Report): void {
  const isExtra = files.has(fleetFile);
  for (const file of [...files.keys()].filter(isMisnamedFleetFile).sort()) {
    report({
      code: 'read/misnamed-settings',
      severity: isExtra ? 'warning' : 'error',
      message: `Regatta does not read ${file}: the settings of a fleet are in ${fleetFile}`,
      at: { file, line: 1, column: 1 },
      hint: isExtra
        ? `move its settings to ${fleetFile}, and remove it`
        : `rename it to ${fleetFile}`,
    });
  }
}
