/** Finds which manager changed which field of a live object, from what an apply would correct. */
import { type Difference, differences, type PathStep } from '#model/difference.ts';
import { holdsSecrets, showDifference } from '#model/hidden-value.ts';
import type { JsonObject, KubeObject } from '#model/object.ts';
import { type ManagedFields, managedFieldsOf } from '../ownership/managed-fields.ts';
import { fleetLabel } from '../ownership/names.ts';
import { owns } from '../ownership/owned-path.ts';

/** A field that another manager changed. */
export interface DriftedField {
  /** Path of the field for display, such as `.spec.template.spec.containers[name=web].image`. */
  readonly path: string;
  /** The path as a JSON pointer, with `*` for list items, as in field rules. */
  readonly pointer: string;
  /** The desired value; undefined if the manifest does not set the field. */
  readonly desired: unknown;
  /** The live value; undefined if the manager removed the field. */
  readonly live: unknown;
  readonly manager: string;
  /** How that manager wrote the field: `Update` or `Apply`. */
  readonly operation: string;
  /** Time of that manager's last write, RFC 3339; '' if the live object does not record the time. */
  readonly time: string;
}

/** Fields that the API server sets. They differ without a change by a manager. */
const serverFields = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
]);

/** What is known about an object besides its live state. */
interface DriftOptions {
  /** The field manager of the apply, which causes no drift. */
  readonly manager: string;
  /** True if Git holds sealed values of the object. */
  readonly isSecret?: boolean | undefined;
}

/**
 * Returns the fields in which `live` differs from `merged`, the dry run of an apply. Hides values of
 * objects that hold secrets.
 */
export function driftOf(
  live: KubeObject,
  merged: KubeObject,
  options: DriftOptions,
): readonly DriftedField[] {
  return describeDrift(live, differences(contentOf(merged), contentOf(live)), options);
}

/** Returns the fields that `toApply` lacks and that the given managers own in the live object. */
export function addedTo(
  toApply: KubeObject,
  live: KubeObject,
  entries: readonly ManagedFields[],
): readonly Difference[] {
  if (entries.length === 0) return [];
  return differences(contentOf(toApply), contentOf(live))
    .filter(({ before }) => before === undefined)
    .filter(({ steps }) => entries.some(({ fieldsV1 }) => owns(fieldsV1, steps)));
}

/** Adds the manager of each field. Hides values of objects that hold secrets. */
export function describeDrift(
  live: KubeObject,
  found: readonly Difference[],
  { manager, isSecret = false }: DriftOptions,
): readonly DriftedField[] {
  const entries = managedFieldsOf(live);
  const secrecy = { isSecret: isSecret || holdsSecrets(live) };
  return found.map((difference) => {
    const { path, before, after } = showDifference(difference, secrecy);
    const { steps } = difference;
    return {
      path,
      pointer: pointerTo(steps),
      desired: before,
      live: after,
      ...attribute(steps, entries, manager),
    };
  });
}

function pointerTo(steps: readonly PathStep[]): string {
  const words = steps.map((step) => (typeof step === 'string' ? escaped(step) : '*'));
  return `/${words.join('/')}`;
}

function escaped(word: string): string {
  return word.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Returns the object without the fields that the API server sets, and without the name of its fleet. */
export function contentOf({ metadata, status: _status, ...rest }: KubeObject): JsonObject {
  const kept = Object.entries(withoutFleet(metadata)).filter(([field]) => !serverFields.has(field));
  return { ...rest, metadata: Object.fromEntries(kept) } as JsonObject;
}

/** Ignores the label with the name of the fleet: an object gets that label with its next change. */
function withoutFleet({ labels, ...metadata }: KubeObject['metadata']): object {
  if (labels === undefined) return metadata;
  const { [fleetLabel]: _, ...others } = labels;
  return { ...metadata, labels: others };
}

type Author = Pick<DriftedField, 'manager' | 'operation' | 'time'>;

/** Returns the manager that owns the field; for a removed field, the manager that wrote last. */
function attribute(
  steps: readonly PathStep[],
  entries: readonly ManagedFields[],
  own: string,
): Author {
  const others = entries.filter(
    ({ manager, subresource }) => manager !== own && subresource !== 'status',
  );
  const newestFirst = others.toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1));
  const author = newestFirst.find(({ fieldsV1 }) => owns(fieldsV1, steps)) ?? newestFirst[0];
  return {
    manager: author?.manager ?? 'unknown',
    operation: author?.operation ?? 'Update',
    time: author?.time ?? '',
  };
}
