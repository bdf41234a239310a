/** Maintains `metadata.managedFields` in every kind of write. */
import { difference, type FieldSet, fieldSet } from '../apply/field-set.ts';
import {
  decodeManagers,
  encodeManagers,
  type Manager,
  type Managers,
  type Ownership,
} from '../apply/managers.ts';
import { applyConfig, trackUpdate, type WriteContext } from '../apply/updater.ts';
import { equal, type Fields, isFields, type KubeObject, timestamp, type Value } from '../object.ts';
import { apiVersionOf } from '../resources/resource.ts';
import { emptyObject } from '../schema/empty.ts';
import type { Target, WriteOptions } from './state.ts';

/** Fields that every object has; no manager owns them. */
const unowned: FieldSet = fieldSet(
  ['f:apiVersion', 'f:kind', 'f:metadata'],
  [
    [
      'f:metadata',
      fieldSet([
        'f:name',
        'f:namespace',
        'f:creationTimestamp',
        'f:selfLink',
        'f:uid',
        'f:generation',
        'f:managedFields',
        'f:resourceVersion',
      ]),
    ],
  ],
);

/**
 * Sets managedFields, in place, after an update or, without `live`, after a creation. A request to
 * the object itself may contain managedFields, which then replace those of the live object. A
 * request to a subresource, or without managedFields, starts from those of the live object.
 */
export function trackWrite(
  target: Target,
  object: KubeObject,
  live: KubeObject | undefined,
  { manager }: Pick<WriteOptions, 'manager'>,
): void {
  const managers = initialManagers(target, object, live);
  const context = contextOf(target, { name: manager, operation: 'Update' }, managers);
  const before =
    live === undefined ? emptyObject(target.resource.shape) : withoutManagedFields(live);
  setManagers(object, trackUpdate(context, before, withoutManagedFields(object)), live);
}

/** Returns the result of applying `config`, with managedFields and before defaulting. */
export function applyOwned(
  target: Target,
  config: Fields,
  live: KubeObject | undefined,
  { manager, force }: { readonly manager: string; readonly force: boolean },
): Fields {
  const managers = decodeManagers(live?.metadata.managedFields);
  const context = contextOf(target, { name: manager, operation: 'Apply' }, managers);
  const before: Value = live === undefined ? {} : withoutManagedFields(live);
  const applied = applyConfig(context, before, config, { force });
  const object: Fields = isFields(applied.object) ? applied.object : {};
  const metadata: Fields = isFields(object.metadata) ? object.metadata : {};
  return {
    ...object,
    metadata: { ...metadata, managedFields: encodeManagers(withoutUnowned(applied.managers)) },
  };
}

/**
 * Compares two objects without the times in managedFields, because a new time alone does not count
 * as a change.
 */
export function equalButForTimes(a: KubeObject, b: KubeObject): boolean {
  return equal(withoutTimes(a), withoutTimes(b));
}

function withoutTimes(object: KubeObject): KubeObject {
  const { managedFields, ...metadata } = object.metadata;
  const entries = (managedFields ?? []).map(({ time: _, ...entry }) => entry);
  return { ...object, metadata: { ...metadata, managedFields: entries } };
}

function initialManagers(
  { subresource }: Target,
  object: KubeObject,
  live: KubeObject | undefined,
): Managers {
  const sent = object.metadata.managedFields;
  const isReset = sent?.length === 1 && Object.keys(sent[0] ?? {}).length === 0;
  if (subresource === '' && isReset) return new Map();
  const own = decodeManagers(subresource === '' ? sent : undefined);
  return own.size > 0 ? own : decodeManagers(live?.metadata.managedFields);
}

function setManagers(object: KubeObject, managers: Managers, live: KubeObject | undefined): void {
  const entries = encodeManagers(withoutUnowned(managers));
  if (entries.length > 0) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
  if (live !== undefined && equalButForTimes(object, live)) {
    object.metadata.managedFields = structuredClone(live.metadata.managedFields ?? entries);
  }
}

function withoutUnowned(managers: Managers): Managers {
  return new Map(
    [...managers].map(([id, ownership]): [string, Ownership] => [
      id,
      { ...ownership, fields: difference(ownership.fields, unowned) },
    ]),
  );
}

function contextOf(
  { resource, subresource }: Target,
  { name, operation }: Pick<Manager, 'name' | 'operation'>,
  managers: Managers,
): WriteContext {
  return {
    shape: resource.shape,
    manager: { name, operation, apiVersion: apiVersionOf(resource), subresource },
    managers,
    ignored: ignoredBy(resource.custom !== undefined, { resource, subresource }),
    now: timestamp(),
  };
}

/**
 * Returns the fields that an endpoint does not write, such as the status in a write of the object.
 */
function ignoredBy(
  isCustom: boolean,
  { resource, subresource }: Pick<Target, 'resource' | 'subresource'>,
): FieldSet {
  if (subresource === '') {
    return fieldSet(resource.subresources.includes('status') ? ['f:status'] : []);
  }
  if (subresource === 'scale') return fieldSet([]);
  if (isCustom) return fieldSet(['f:spec', 'f:metadata']);
  return fieldSet(['f:spec'], [['f:metadata', fieldSet(['f:labels'])]]);
}

function withoutManagedFields(object: KubeObject): Fields {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
