import type { Report } from '#model/diagnostic.ts';
import { defaultSettings, type FleetSettings, fleetFile } from '#model/fleet.ts';
import { checkShape } from './check.ts';
import { readObjects } from './documents.ts';
import { fleet } from './schema/fleet.ts';

/** What regatta.yaml says; the defaults when there is none, or when it is faulty and reported. */
export function parseSettings(text: string | undefined, report: Report): FleetSettings {
  const [object, second] = text === undefined ? [] : readObjects(fleetFile, text, report);
  if (second !== undefined) {
    report({
      code: 'parse/duplicate-object',
      severity: 'error',
      message: `${fleetFile} holds more than one object`,
      at: second.at(''),
    });
  }
  if (object === undefined) return defaultSettings;
  return checkShape(fleet, object, 'Fleet', report)?.spec ?? defaultSettings;
}
