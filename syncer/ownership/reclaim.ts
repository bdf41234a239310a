/**
 * Reclaims the fields that people's tools left in an object, so that an apply removes those that the
 * manifest lacks: an apply removes only fields that its manager owns.
 */
import type { JsonObject, KubeObject } from '#model/object.ts';
import { isWrittenByKarmada, tracesOf, withoutTraces } from './karmada-traces.ts';
import {
  isAppliedBy,
  isKubernetesOwn,
  type ManagedFields,
  managedFieldsOf,
} from './managed-fields.ts';
import { isFleetManager } from './names.ts';

/**
 * Managers that stand for a person, or for an earlier way of applying. `kubectl rollout restart` does
 * not count: it requests one restart, and undoing the request would cause another restart.
 */
const personal = /^(kubectl(-(?!rollout$).+)?|before-first-apply|helm)$/;

const noManagers: ReadonlySet<string> = new Set();

/**
 * Returns the entries of such managers with fields outside the status, those of fleets that gave the object up, and
 * those of Karmada's controllers; of other managers, the fields by which Karmada tracks the object. All managers
 * share the objects that Kubernetes creates itself, so these have no leftovers.
 *
 * @param own - the field manager of the fleet that manages the object
 * @param spared - managers whose fields are not leftovers
 */
export function leftoversOf(
  object: KubeObject,
  own: string,
  spared: ReadonlySet<string> = noManagers,
): readonly ManagedFields[] {
  if (isKubernetesOwn(object)) return [];
  return managedFieldsOf(object)
    .filter(({ manager = '' }) => !spared.has(manager))
    .flatMap((entry) => leftoverOf(object, entry, own));
}

function leftoverOf(
  object: KubeObject,
  entry: ManagedFields,
  own: string,
): readonly ManagedFields[] {
  const { manager = '', subresource, fieldsV1 = {} } = entry;
  const owned = Object.keys(fieldsV1).filter((field) => field !== statusField);
  if (subresource || owned.length === 0 || manager === own) return [];
  const isWhole =
    personal.test(manager) || isFleetManager(manager) || isWrittenByKarmada(object, entry);
  return isWhole ? [entry] : tracesOf(object, entry);
}

const statusField = 'f:status';

/**
 * Returns `managedFields` in which `manager` owns the leftovers and its own fields, all at `apiVersion`. Their time is
 * another one than that of the last apply, so that the object still differs from its inventory entry if the apply that
 * must follow fails.
 */
export function reclaimFields(
  live: KubeObject,
  apiVersion: string,
  manager: string,
  spared: ReadonlySet<string> = noManagers,
): readonly ManagedFields[] {
  const entries = managedFieldsOf(live);
  const own = entries.find(isAppliedBy(manager));
  const leftovers = leftoversOf(live, manager, spared);
  const sets = [own, ...leftovers].map((entry) => withoutStatus(entry?.fieldsV1 ?? {}));
  const status = leftovers.flatMap(statusOf);
  const ours: ManagedFields = {
    manager,
    operation: 'Apply',
    apiVersion,
    time: own === undefined ? (leftovers[0]?.time ?? '') : secondBefore(own.time),
    fieldsType: 'FieldsV1',
    fieldsV1: sets.reduce(union, {}),
  };
  const isKept = ({ manager = '' }: ManagedFields) => leftovers.length === 0 || spared.has(manager);
  const others = entries
    .filter((entry) => entry !== own && !leftovers.includes(entry))
    .map((entry) => (isKept(entry) ? entry : withoutTraces(live, entry)));
  return [ours, ...others, ...status];
}

/** Returns `managedFields` in which `to` owns the fields that `from` owned, at the API version of the latter. */
export function transferFields(
  live: KubeObject,
  from: string,
  to: string,
): readonly ManagedFields[] {
  const entries = managedFieldsOf(live);
  const theirs = entries.filter(({ manager, subresource }) => manager === from && !subresource);
  const [latest] = theirs;
  if (latest === undefined) return entries;
  const own = entries.filter(isAppliedBy(to));
  const sets = [...own, ...theirs].map(({ fieldsV1 = {} }) => fieldsV1);
  const applied = theirs.find(isAppliedBy(from)) ?? latest;
  const ours = { ...applied, manager: to, operation: 'Apply', fieldsV1: sets.reduce(union) };
  return [ours, ...entries.filter((entry) => !own.includes(entry) && !theirs.includes(entry))];
}

/** Returns `managedFields` in which `manager` also owns the added fields. */
export function withOwned(
  live: KubeObject,
  apiVersion: string,
  manager: string,
  added: readonly JsonObject[],
): readonly ManagedFields[] {
  const entries = managedFieldsOf(live);
  const own = entries.find(isAppliedBy(manager));
  const fieldsV1 = [own?.fieldsV1 ?? {}, ...added].reduce(union);
  const ours: ManagedFields = {
    manager,
    operation: 'Apply',
    apiVersion,
    time: own?.time ?? '',
    fieldsType: 'FieldsV1',
    fieldsV1,
  };
  return [ours, ...entries.filter((entry) => entry !== own)];
}

/** Returns the time a second earlier, RFC 3339 in whole seconds; '' for no time. */
function secondBefore(time: string | undefined): string {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? '' : new Date(at - 1000).toISOString().replace('.000', '');
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
