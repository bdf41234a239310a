/**
 * Takes back the fields that people's tools have left in an object, so that what Git doesn't say is
 * gone: an apply drops only fields that we own.
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
 * Managers that stand for a person's hand or an earlier way of applying. `kubectl rollout restart`
 * is none: it asks for something to happen once, and undoing it would make it happen again.
 */
const personal = /^(kubectl(-(?!rollout$).+)?|before-first-apply|helm)$/;

const nobody: ReadonlySet<string> = new Set();

/**
 * Entries of such managers, of what they own outside the status. What Kubernetes makes by itself is
 * everybody's, so there are none.
 *
 * @param spared - managers that count as others
 */
export function leftoversOf(
  object: KubeObject,
  spared: ReadonlySet<string> = nobody,
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

/** `managedFields` as they are to be: leftovers are ours, and all that is ours at `apiVersion`. */
export function reclaimFields(
  live: KubeObject,
  apiVersion: string,
  spared: ReadonlySet<string> = nobody,
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

/** `managedFields` with further fields of ours. */
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

/** A status that was written with the rest is a controller's, or nobody's: it stays. */
function statusOf(entry: ManagedFields): readonly ManagedFields[] {
  const status = entry.fieldsV1?.[statusField];
  return status === undefined ? [] : [{ ...entry, fieldsV1: { [statusField]: status } }];
}

/** Both field sets in one; FieldsV1 are trees of names. */
function union(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, JsonObject> = { ...(a as Record<string, JsonObject>) };
  for (const [field, fields] of Object.entries(b)) {
    merged[field] = union(merged[field] ?? {}, fields as JsonObject);
  }
  return merged;
}
