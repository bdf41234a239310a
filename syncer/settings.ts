import { CORE_SCHEMA, load } from 'js-yaml';
import * as v from 'valibot';
import { errorMessage } from '#model/error.ts';
import { fleetFile } from '#model/fleet.ts';
import { defaultSyncSettings, type SyncSettings, syncSettings } from '#model/sync-settings.ts';

/** Of regatta.yaml only what is for the syncer: compile has read the rest. */
const fleet = v.looseObject({
  spec: v.optional(v.nullable(v.looseObject({ sync: v.optional(syncSettings, {}) }))),
});

/**
 * What a commit's regatta.yaml sets; the defaults when it has none.
 *
 * @throws Error that names the fault: what a cluster may lose is not guessed
 */
export function readSettings(text: string | undefined): SyncSettings {
  if (text === undefined) return defaultSyncSettings;
  const result = v.safeParse(fleet, parse(text) ?? {});
  if (result.success) return result.output.spec?.sync ?? defaultSyncSettings;
  const [issue] = result.issues;
  throw new Error(`${fleetFile}: ${v.getDotPath(issue) ?? ''}: ${issue.message}: nothing changes`);
}

function parse(text: string): unknown {
  try {
    return load(text, { schema: CORE_SCHEMA });
  } catch (error) {
    const reason = errorMessage(error).split('\n')[0];
    throw new Error(`${fleetFile}: no valid YAML: ${reason}: nothing changes`);
  }
}
