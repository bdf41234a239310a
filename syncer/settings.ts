import * as v from 'valibot';
import { errorMessage } from '#model/error.ts';
import { fleetFile } from '#model/fleet.ts';
import { defaultSyncSettings, type SyncSettings, syncSettings } from '#model/sync-settings.ts';
import { parseYaml } from '#model/yaml.ts';

/** The part of regatta.yaml that the syncer reads; the compiler validates the rest. */
const fleet = v.looseObject({
  spec: v.optional(v.nullable(v.looseObject({ sync: v.optional(syncSettings, {}) }))),
});

/**
 * Returns the sync settings of a commit's regatta.yaml; the defaults if the commit has no such file.
 *
 * @throws Error if the file is not YAML, has several documents or invalid settings. The syncer must not guess a
 *   deletion budget, because the cluster could lose its objects.
 */
export function readSettings(text: string | undefined): SyncSettings {
  if (text === undefined) return defaultSyncSettings;
  const result = v.safeParse(fleet, documentOf(text) ?? {});
  if (result.success) return result.output.spec?.sync ?? defaultSyncSettings;
  const [issue] = result.issues;
  throw new Error(`${fleetFile}: ${v.getDotPath(issue) ?? ''}: ${issue.message}: nothing changes`);
}

function documentOf(text: string): unknown {
  try {
    const [document, second] = parseYaml(text).filter((value) => value !== null);
    if (second === undefined) return document;
  } catch (error) {
    throw new Error(`${fleetFile}: ${errorMessage(error)}: nothing changes`);
  }
  throw new Error(`${fleetFile}: holds more than one object: nothing changes`);
}
