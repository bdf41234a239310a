import { resolveBudget } from '#model/deletion-budget.ts';
import type { Diagnostic, Position, Report } from '#model/diagnostic.ts';
import { defaultSettings, type FleetFolders, type FleetSettings } from '#model/fleet.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { checkShape } from './check.ts';
import { type RawObject, readObjects } from './documents.ts';
import { fleet } from './schema/fleet.ts';

/** The settings of regatta.yaml with their positions. */
export interface LocatedSettings {
  readonly settings: FleetSettings;
  readonly at: RawObject['at'];
}

/** Returns the settings of regatta.yaml without their positions. */
export function parseSettings(text: string | undefined, report: Report): FleetSettings {
  return locateSettings(text, report).settings;
}

/**
 * Returns the settings of regatta.yaml; the defaults if the file is absent or faulty. Reports a faulty file.
 */
export function locateSettings(text: string | undefined, report: Report): LocatedSettings {
  const [object, second] = text === undefined ? [] : readObjects({ file: fleetFile, text }, report);
  if (object !== undefined && second !== undefined) {
    report({
      code: 'parse/duplicate-object',
      severity: 'error',
      message: `${fleetFile} contains more than one object`,
      at: second.at(''),
      related: [{ at: object.at(''), message: 'the first object' }],
      hint: `keep one Fleet in ${fleetFile}`,
    });
  }
  const at = object?.at ?? (() => ({ file: fleetFile, line: 1, column: 1 }));
  const checked = object && checkShape(fleet, object, 'Fleet', report);
  if (checked === undefined) return { settings: defaultSettings, at };
  const { deletionBudget, ...spec } = checked.spec;
  const former = spec.sync.deletions;
  if (former !== undefined) report(formerDeletions(at('/spec/sync/deletions')));
  const settings = {
    name: checked.metadata?.name ?? defaultSettings.name,
    ...spec,
    deletionBudget: resolveBudget(deletionBudget, former),
  };
  for (const field of ['bindings', 'rendered'] as const) {
    const other = otherFolders(settings, field).find((folder) => overlap(folder, settings[field]));
    if (other === undefined) continue;
    report({
      code: 'parse/folders-overlap',
      severity: 'error',
      message: `Fleet: spec.${field} ${settings[field]} and the folder ${other} overlap`,
      at: at(`/spec/${field}`),
      hint: 'compile overwrites its output folders: use a separate folder for each',
    });
  }
  return { settings, at };
}

/** Warns about `spec.sync.deletions`, which the next minor release no longer reads. */
function formerDeletions(at: Position): Diagnostic {
  return {
    code: 'parse/deprecated-field',
    severity: 'warning',
    message:
      'Fleet: spec.deletionBudget replaces spec.sync.deletions, which the next minor release no longer reads',
    at,
    hint: 'write count and percent as a list under spec.deletionBudget.cluster, such as [200, 50%], and limits of kinds under spec.deletionBudget.kinds; until then, the stricter limit applies',
  };
}

const folders = ['clusters', 'templates', 'policies', 'bindings', 'rendered'] as const;

function otherFolders(settings: FleetFolders, field: keyof FleetFolders): readonly string[] {
  return folders.filter((name) => name !== field).map((name) => settings[name]);
}

function overlap(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}
