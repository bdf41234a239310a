import * as v from 'valibot';
import { givenBudget, resolveBudget } from '#model/deletion-budget.ts';
import { errorMessage } from '#model/error.ts';
import { fleetFile } from '#model/fleet-file.ts';
import {
  defaultFleetIdentity,
  type FleetIdentity,
  fleetId,
  fleetName,
  repositories,
} from '#model/fleet-identity.ts';
import { defaultSyncerSettings, type SyncerSettings, syncSettings } from '#model/sync-settings.ts';
import { parseYaml } from '#model/yaml.ts';

/** What the syncer reads of a commit's regatta.yaml. */
export interface FleetFile {
  readonly settings: SyncerSettings;
  readonly identity: FleetIdentity;
}

const defaults: FleetFile = { settings: defaultSyncerSettings, identity: defaultFleetIdentity };

/** The part of regatta.yaml that the syncer reads; the compiler validates the rest. */
const fleet = v.looseObject({
  metadata: v.nullish(v.looseObject({ name: v.optional(fleetName) })),
  spec: v.nullish(
    v.looseObject({
      id: v.optional(fleetId),
      repositories: v.optional(repositories, []),
      sync: v.optional(syncSettings, {}),
      deletionBudget: v.nullish(givenBudget),
      rendered: v.nullish(v.string()),
    }),
  ),
});

/**
 * Returns the settings of a commit's regatta.yaml; the defaults if the commit has no such file.
 *
 * @param root - path of the rendered root that the syncer applies
 * @throws Error if the commit renders to another root: a review of the commit has compared that one
 * @throws Error if the file is not YAML, has several documents or invalid settings. The syncer must not guess a
 *   deletion budget or a fleet, because the cluster could lose its objects.
 */
export function readFleetFile(text: string | undefined, root: string): FleetFile {
  if (text === undefined) return defaults;
  const result = v.safeParse(fleet, documentOf(text) ?? {});
  if (!result.success) {
    const [issue] = result.issues;
    throw new Error(
      `${fleetFile}: ${v.getDotPath(issue) ?? ''}: ${issue.message}: nothing changes`,
    );
  }
  const { metadata, spec } = result.output;
  const name = metadata?.name ?? defaultFleetIdentity.name;
  if (!spec) return { ...defaults, identity: { ...defaultFleetIdentity, name } };
  const { sync, deletionBudget, id, repositories, rendered } = spec;
  if (typeof rendered === 'string' && rendered !== root) throw otherRoot(rendered, root);
  return {
    settings: { ...sync, deletionBudget: resolveBudget(deletionBudget ?? {}, sync.deletions) },
    identity: { name, repositories, ...(id !== undefined && { id }) },
  };
}

function otherRoot(rendered: string, root: string): Error {
  return new Error(
    `${fleetFile} renders to ${JSON.stringify(rendered)}; this syncer applies ${JSON.stringify(root)}: pass --path ${rendered}`,
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
