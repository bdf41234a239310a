/** Decodes and encodes `metadata.managedFields`. */
import type { ManagedFieldsEntry } from '../object.ts';
import { type FieldSet, fromFieldsV1, isEmpty, toFieldsV1, union } from './field-set.ts';

/** One owner of fields: a manager name with an operation and, for updates, an API version. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Subresource of the writes: `status` or `scale`, or '' for the object itself. */
  readonly subresource: string;
}

/** The fields that one manager owns. */
export interface Ownership {
  readonly manager: Manager;
  readonly fields: FieldSet;
  /** Time of the last change, as RFC 3339 with a resolution of one second. */
  readonly time: string | undefined;
}

/** Ownership by `managerId`. */
export type Managers = ReadonlyMap<string, Ownership>;

/**
 * Returns the identity of an owner. It excludes the API version of an applier, so that an applier
 * can change it.
 */
export function managerId({ name, operation, apiVersion, subresource }: Manager): string {
  return JSON.stringify([name, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

/** Decodes managedFields. Entries of the same owner become one. */
export function decodeManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers {
  const managers = new Map<string, Ownership>();
  for (const entry of entries ?? []) {
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') continue;
    const manager: Manager = {
      name: entry.manager ?? '',
      operation: entry.operation,
      apiVersion: entry.apiVersion ?? '',
      subresource: entry.subresource ?? '',
    };
    const id = managerId(manager);
    const fields = fromFieldsV1(entry.fieldsV1);
    const known = managers.get(id);
    managers.set(id, {
      manager,
      fields: known === undefined ? fields : union(known.fields, fields),
      time: entry.time,
    });
  }
  return managers;
}

/**
 * Encodes entries sorted by operation (Apply first), time, name and subresource. Owners without
 * fields get no entry.
 */
export function encodeManagers(managers: Managers): ManagedFieldsEntry[] {
  return [...managers.values()]
    .filter(({ fields }) => !isEmpty(fields))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
    .map(({ manager, fields, time }) => ({
      manager: manager.name,
      operation: manager.operation,
      apiVersion: manager.apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      ...(manager.subresource !== '' && { subresource: manager.subresource }),
    }));
}

function sortKey({ manager, time }: Ownership): string {
  const { operation, name, apiVersion, subresource } = manager;
  return [operation, time ?? '', name, apiVersion, subresource].join('\n');
}
