/**
 * Reclaims the fields that people's tools left in an object, so that an apply removes those that the
 * manifest lacks: an apply removes only fields that its manager owns.
 */
import type { JsonObject, KubeObject } from '#model/object.ts';
import { fieldManager } from './field-manager.ts';
import {
  isKubernetesOwn,
  isOurEntry,
  type ManagedFields,
  managedFieldsOf,
} from './managed-fields.ts';

/**
 * Managers that stand for a person, or for an earlier way of applying. `kubectl rollout restart` does
 * not count: it requests one restart, and undoing the request would cause another restart.
 */
const personal = /^(kubectl(-(?!rollout$).+)?|before-first-apply|helm)$/;

const noManagers: ReadonlySet<string> = new Set();

/**
 * Returns the entries of such managers with fields outside the status. All managers share the objects that
 * Kubernetes creates itself, so that these have no leftovers.
 *
 * @param spared - managers whose fields are not leftovers
 */
export function leftoversOf(
  object: KubeObject,
  spared: ReadonlySet<string> = noManagers,
): readonly ManagedFields[] {
  if (isKubernetesOwn(object)) return [];
  const entries = managedFieldsOf(object).filter(isLeftover);
  return entries.filter(({ manager = '' }) => !spared.has(manager));
}

function isLeftover({ manager = '', subresource, fieldsV1 = {} }: ManagedFields): boolean {
  const owned = Object.keys(fieldsV1).filter((field) => field !== statusField);
  return !subresource && owned.length > 0 && personal.test(manager);
}

const statusField = 'f:status';

/** Returns `managedFields` in which Regatta owns the leftovers and its own fields, all at `apiVersion`. */
export function reclaimFields(
  live: KubeObject,
  apiVersion: string,
  spared: ReadonlySet<string> = noManagers,
): readonly ManagedFields[] {
  const entries = managedFieldsOf(live);
  const own = entries.find(isOurEntry);
  const leftovers = leftoversOf(live, spared);
  const sets = [own, ...leftovers].map((entry) => withoutStatus(entry?.fieldsV1 ?? {}));
  const status = leftovers.flatMap(statusOf);
  const ours: ManagedFields = {
    manager: fieldManager,
    operation: 'Apply',
    apiVersion,
    time: (own ?? leftovers[0])?.time ?? '',
    fieldsType: 'FieldsV1',
    fieldsV1: sets.reduce(union, {}),
  };
  const others = entries.filter((entry) => entry !== own && !leftovers.includes(entry));
  return [ours, ...others, ...status];
}

/** Returns `managedFields` in which Regatta also owns the added fields. */
export function withOwned(
  live: KubeObject,
  apiVersion: string,
  added: readonly JsonObject[],
): readonly ManagedFields[] {
  const entries = managedFieldsOf(live);
  const own = entries.find(isOurEntry);
  const fieldsV1 = [own?.fieldsV1 ?? {}, ...added].reduce(union);
  const ours: ManagedFields = {
    manager: fieldManager,
    operation: 'Apply',
    apiVersion,
    time: own?.time ?? '',
    fieldsType: 'FieldsV1',
    fieldsV1,
  };
  return [ours, ...entries.filter((entry) => entry !== own)];
}

function withoutStatus({ [statusField]: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** Keeps the status fields of a leftover: a controller owns them, or no one does. */
function statusOf(entry: ManagedFields): readonly ManagedFields[] {
  const status = entry.fieldsV1?.[statusField];
  return status === undefined ? [] : [{ ...entry, fieldsV1: { [statusField]: status } }];
}

/** Returns the union of two field sets. FieldsV1 is a tree of names. */
function union(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, JsonObject> = { ...(a as Record<string, JsonObject>) };
  for (const [field, fields] of Object.entries(b)) {
    merged[field] = union(merged[field] ?? {}, fields as JsonObject);
  }
  return merged;
}
