import type { Report } from '#model/diagnostic.ts';
import { defaultSettings, type FleetFolders, type FleetSettings, fleetFile } from '#model/fleet.ts';
import { checkShape } from './check.ts';
import { readObjects } from './documents.ts';
import { fleet } from './schema/fleet.ts';

/**
 * Returns the settings of regatta.yaml; the defaults if the file is absent or faulty. Reports a faulty file.
 */
export function parseSettings(text: string | undefined, report: Report): FleetSettings {
  const [object, second] = text === undefined ? [] : readObjects({ file: fleetFile, text }, report);
  if (object !== undefined && second !== undefined) {
    report({
      code: 'parse/duplicate-object',
      severity: 'error',
      message: `${fleetFile} contains more than one object`,
      at: second.at(''),
      related: [{ at: object.at(''), message: 'the first object' }],
    });
  }
  if (object === undefined) return defaultSettings;
  const checked = checkShape(fleet, object, 'Fleet', report);
  if (checked === undefined) return defaultSettings;
  const settings = { name: checked.metadata?.name ?? defaultSettings.name, ...checked.spec };
  for (const field of ['bindings', 'rendered'] as const) {
    const other = otherFolders(settings, field).find((folder) => overlap(folder, settings[field]));
    if (other === undefined) continue;
    report({
      code: 'parse/folders-overlap',
      severity: 'error',
      message: `Fleet: spec.${field} ${settings[field]} and the folder ${other} overlap`,
      at: object.at(`/spec/${field}`),
      hint: 'compile overwrites its output folders: use a separate folder for each',
    });
  }
  return settings;
}

const folders = ['clusters', 'templates', 'policies', 'bindings', 'rendered'] as const;

function otherFolders(settings: FleetFolders, field: keyof FleetFolders): readonly string[] {
  return folders.filter((name) => name !== field).map((name) => settings[name]);
}

function overlap(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}
