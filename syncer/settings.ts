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
      rendered: v.nullish(v.string()),
    }),
  ),
});

/**
 * Returns the syncer's settings in a commit's regatta.yaml; the defaults if the commit has no such file.
 *
 * @param root - path of the rendered root that the syncer applies
 * @throws Error if the commit renders to another root: a review of the commit has compared that one
 * @throws Error if the file is not YAML, has several documents or invalid settings. The syncer must not guess a
 *   deletion budget, because the cluster could lose its objects.
 */
export function readSettings(text: string | undefined, root: string): SyncerSettings {
  if (text === undefined) return defaultSyncerSettings;
  const result = v.safeParse(fleet, documentOf(text) ?? {});
  if (result.success) {
    const { spec } = result.output;
    if (!spec) return defaultSyncerSettings;
    const { sync, deletionBudget, rendered } = spec;
    if (typeof rendered === 'string' && rendered !== root) throw otherRoot(rendered, root);
    return { ...sync, deletionBudget: resolveBudget(deletionBudget ?? {}, sync.deletions) };
  }
  const [issue] = result.issues;
  throw new Error(`${fleetFile}: ${v.getDotPath(issue) ?? ''}: ${issue.message}: nothing changes`);
}

function otherRoot(rendered: string, root: string): Error {
  return new Error(
    `${fleetFile} renders to ${JSON.stringify(rendered)}, this syncer applies ${JSON.stringify(root)}: pass --path ${rendered}`,
  );
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
