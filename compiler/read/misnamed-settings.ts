import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { fleetFile, isMisnamedFleetFile } from '#model/fleet-file.ts';

/** Reports files that look like regatta.yaml: an error without regatta.yaml, because the defaults would apply. */
export function reportMisnamedSettings(files: FileMap, report: Report): void {
  const hasSettings = files.has(fleetFile);
  for (const file of [...files.keys()].filter(isMisnamedFleetFile).sort()) {
    report({
      code: 'read/misnamed-settings',
      severity: hasSettings ? 'warning' : 'error',
      message: `Regatta does not read ${file}: the settings of a fleet are in ${fleetFile}`,
      at: { file, line: 1, column: 1 },
      hint: hasSettings
        ? `move its settings to ${fleetFile}, and remove it`
        : `rename it to ${fleetFile}`,
    });
  }
}
