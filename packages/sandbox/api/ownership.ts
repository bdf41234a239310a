/** Keeps `metadata.managedFields` through each kind of write. */
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

/** What every object has, and so nobody owns. */
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
 * Sets, in place, who owns what after an update or, with no `live`, a creation. A client may hand in
 * managedFields of its own on the object itself; on a subresource, and when it sends none, the live
 * ones count.
 */
export function trackWrite(
  target: Target,
  object: KubeObject,
  live: KubeObject | undefined,
  { manager }: Pick<WriteOptions, 'manager'>,
): void {
  const managers = managersToStartFrom(target, object, live);
  const context = contextOf(target, { name: manager, operation: 'Update' }, managers);
  const before = live === undefined ? emptyObject(target.resource.shape) : unmanaged(live);
  setManagers(object, trackUpdate(context, before, unmanaged(object)), live);
}

/** The result of applying `config`, its managedFields included, before defaults are filled in. */
export function applyOwned(
  target: Target,
  config: Fields,
  live: KubeObject | undefined,
  { manager, force }: { readonly manager: string; readonly force: boolean },
): Fields {
  const managers = decodeManagers(live?.metadata.managedFields);
  const context = contextOf(target, { name: manager, operation: 'Apply' }, managers);
  const before: Value = live === undefined ? {} : unmanaged(live);
  const applied = applyConfig(context, before, config, { force });
  const object: Fields = isFields(applied.object) ? applied.object : {};
  const metadata: Fields = isFields(object.metadata) ? object.metadata : {};
  return {
    ...object,
    metadata: { ...metadata, managedFields: encodeManagers(stripped(applied.managers)) },
  };
}

/** Equality but for the times in managedFields: such a write changes nothing. */
export function equalButForTimes(a: KubeObject, b: KubeObject): boolean {
  return equal(withoutTimes(a), withoutTimes(b));
}

function withoutTimes(object: KubeObject): KubeObject {
  const { managedFields, ...metadata } = object.metadata;
  const entries = (managedFields ?? []).map(({ time: _, ...entry }) => entry);
  return { ...object, metadata: { ...metadata, managedFields: entries } };
}

function managersToStartFrom(
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
  const entries = encodeManagers(stripped(managers));
  if (entries.length > 0) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
  if (live !== undefined && equalButForTimes(object, live)) {
    object.metadata.managedFields = structuredClone(live.metadata.managedFields ?? entries);
  }
}

function stripped(managers: Managers): Managers {
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

/** What an endpoint leaves alone: the object its status, the status all the rest. */
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

function unmanaged(object: KubeObject): Fields {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
