/** Shapes of values that an API server sends. */
import { type FieldMap, isFieldMap } from '#model/object.ts';

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** Names are parts of object keys and of paths, which slashes and control characters would divide. */
const namePattern = /^[^/\p{Cc}]{1,253}$/u;

/** Matches most names. The classes of Unicode cost much more. */
const plainName = /^[\w.:-]{1,253}$/;

function isName(value: unknown): boolean {
  return isText(value) && (plainName.test(value) || namePattern.test(value));
}

const texts = ['uid', 'resourceVersion', 'deletionTimestamp', 'generateName'];

/** Reports whether a value is the metadata of an object: the fields that the syncer reads have their types. */
export function isObjectMeta(value: unknown): boolean {
  if (!isFieldMap(value)) return false;
  const { name, namespace, labels, annotations, managedFields, ownerReferences, finalizers } =
    value;
  return (
    isName(name) &&
    isAbsentOr(namespace, isName) &&
    texts.every((field) => isAbsentOr(value[field], isText)) &&
    isAbsentOr(labels, isTextMap) &&
    isAbsentOr(annotations, isTextMap) &&
    isAbsentOr(finalizers, isListOf(isText)) &&
    isAbsentOr(ownerReferences, isListOf(isFieldMap)) &&
    isAbsentOr(managedFields, isListOf(isManagedFields))
  );
}

function isAbsentOr(value: unknown, test: (value: unknown) => boolean): boolean {
  return value === undefined || test(value);
}

function isTextMap(value: unknown): boolean {
  return isFieldMap(value) && Object.values(value).every(isText);
}

function isListOf(test: (item: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(test);
}

const managerTexts = ['manager', 'operation', 'subresource', 'time', 'apiVersion', 'fieldsType'];

function isManagedFields(value: unknown): boolean {
  return (
    isFieldMap(value) &&
    managerTexts.every((field) => isAbsentOr(value[field], isText)) &&
    isAbsentOr(value.fieldsV1, isFieldMap)
  );
}

/** Returns a field of a map if it is a text. */
export function textIn(map: FieldMap, field: string): string | undefined {
  const value = map[field];
  return isText(value) ? value : undefined;
}
