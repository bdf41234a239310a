import * as v from 'valibot';
import { givenBudget, resolveBudget } from '#model/deletion-budget.ts';
import { errorMessage } from '#model/error.ts';
import { fleetFile } from '#model/fleet.ts';
import { defaultSyncerSettings, type SyncerSettings, syncSettings } from '#model/sync-settings.ts';
import { parseYaml } from '#model/yaml.ts';

/** The part of regatta.yaml that the syncer reads; the compiler validates the rest. */
const fleet = v.looseObject({
  spec: v.nullish(
    v.looseObject({
      sync: v.optional(syncSettings, {}),
      deletionBudget: v.nullish(givenBudget),
    }),
  ),
});

/**
 * Returns the syncer's settings in a commit's regatta.yaml; the defaults if the commit has no such file.
 *
 * @throws Error if the file is not YAML, has several documents or invalid settings. The syncer must not guess a
 *   deletion budget, because the cluster could lose its objects.
 */
export function readSettings(text: string | undefined): SyncerSettings {
  if (text === undefined) return defaultSyncerSettings;
  const result = v.safeParse(fleet, documentOf(text) ?? {});
  if (result.success) {
    const { spec } = result.output;
    if (!spec) return defaultSyncerSettings;
    const { sync, deletionBudget } = spec;
    return { ...sync, deletionBudget: resolveBudget(deletionBudget ?? {}, sync.deletions) };
  }
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
