/** Who changed what in a live object, told from what an apply would put back. */
import {
  type Difference,
  differences,
  formatSteps,
  isSecretValue,
  type PathStep,
} from '#model/difference.ts';
import type { JsonObject, KubeObject } from '#model/object.ts';
import { fieldManager } from '../ownership/field-manager.ts';
import { type ManagedFields, managedFieldsOf } from '../ownership/managed-fields.ts';
import { owns } from '../ownership/owned-path.ts';

/** One field that somebody changed. */
export interface DriftedField {
  /** `.spec.template.spec.containers[name=web].image` */
  readonly path: string;
  /** The same as a JSON pointer, with `*` for items of lists: as rules for fields are written. */
  readonly pointer: string;
  /** The value Git wants; undefined when Git has none there. */
  readonly desired: unknown;
  /** The value found; undefined when it was removed. */
  readonly live: unknown;
  readonly manager: string;
  /** `Update` or `Apply`. */
  readonly operation: string;
  /** When that manager last wrote, RFC 3339; '' when not recorded. */
  readonly time: string;
}

/** Fields that the API server keeps: they differ without anybody's doing. */
const serverFields = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
]);

/**
 * Returns the fields in which `live` differs from `merged`, the dry run of an apply. Values of
 * Secrets are hidden.
 */
export function driftOf(live: KubeObject, merged: KubeObject): readonly DriftedField[] {
  return describeDrift(live, differences(contentOf(merged), contentOf(live)));
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

/** Adds the manager of each field. Values of Secrets are hidden. */
export function describeDrift(
  live: KubeObject,
  found: readonly Difference[],
): readonly DriftedField[] {
  const entries = managedFieldsOf(live);
  return found.map(({ steps, before, after }) => ({
    path: formatSteps(steps),
    pointer: pointerTo(steps),
    ...(isSecretValue(live, steps)
      ? { desired: hide(before), live: hide(after) }
      : { desired: before, live: after }),
    ...attribute(steps, entries),
  }));
}

function pointerTo(steps: readonly PathStep[]): string {
  const words = steps.map((step) => (typeof step === 'string' ? escaped(step) : '*'));
  return `/${words.join('/')}`;
}

function escaped(word: string): string {
  return word.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The object without what the API server keeps in it. */
export function contentOf({ metadata, status: _status, ...rest }: KubeObject): JsonObject {
  const kept = Object.entries(metadata).filter(([field]) => !serverFields.has(field));
  return { ...rest, metadata: Object.fromEntries(kept) } as JsonObject;
}

function hide(value: unknown): unknown {
  return value === undefined ? undefined : '(hidden)';
}

type Author = Pick<DriftedField, 'manager' | 'operation' | 'time'>;

/** The manager that owns the field now; of a removed field, whoever else wrote last. */
function attribute(steps: readonly PathStep[], entries: readonly ManagedFields[]): Author {
  const others = entries.filter(
    ({ manager, subresource }) => manager !== fieldManager && subresource !== 'status',
  );
  const newestFirst = others.toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1));
  const author = newestFirst.find(({ fieldsV1 }) => owns(fieldsV1, steps)) ?? newestFirst[0];
  return {
    manager: author?.manager ?? 'unknown',
    operation: author?.operation ?? 'Update',
    time: author?.time ?? '',
  };
}
