import type { KubeObject } from '#model/object.ts';

/** One entry of managedFields. */
export interface Manager {
  readonly manager: string;
  readonly operation: string;
  readonly time: string;
  /** Names of top-level fields. */
  readonly fields: readonly string[];
}

/** Returns the managers of top-level fields, from managedFields. */
export function managersOf(object: KubeObject | undefined): readonly Manager[] {
  const entries = (object?.metadata.managedFields ?? []) as readonly (Omit<Manager, 'fields'> & {
    readonly fieldsV1: Readonly<Record<string, unknown>>;
  })[];
  return entries.map(({ fieldsV1, ...entry }) => ({
    ...entry,
    fields: Object.keys(fieldsV1).map((field) => field.slice(2)),
  }));
}

/** Returns the object with managedFields for these managers. */
export function withManagers(object: KubeObject, managers: readonly Manager[]): KubeObject {
  const managedFields = managers.map(({ fields, ...entry }) => ({
    ...entry,
    fieldsV1: Object.fromEntries(fields.map((field) => [`f:${field}`, {}])),
  }));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** Merges an apply by a manager into the live object, and removes fields that it no longer sets. */
export function mergeApply(
  object: KubeObject,
  before: KubeObject | undefined,
  by: string,
  time: string,
): KubeObject {
  const ours = managersOf(before).find(({ manager }) => manager === by);
  const dropped = ours?.fields.filter((field) => !(field in object)) ?? [];
  const kept = Object.entries(before ?? {}).filter(([field]) => !dropped.includes(field));
  const { resourceVersion: _, ...metadata } = object.metadata;
  const merged = { ...Object.fromEntries(kept), ...object, metadata } as KubeObject;
  const others = managersOf(before).filter(({ manager }) => manager !== by);
  const fields = Object.keys(object).filter((field) => field !== 'metadata');
  const own = { manager: by, operation: 'Apply', time: ours?.time ?? time, fields };
  const same = withManagers(merged, [...others, own]);
  // A write that changes nothing keeps its time.
  if (before !== undefined && contentOf(same) === contentOf(before)) return same;
  return withManagers(merged, [...others, { ...own, time }]);
}

/** Returns the content of an object without the fields that the API server sets on each write. */
export function contentOf({ metadata, ...rest }: KubeObject): string {
  const { resourceVersion: _, uid: __, ...kept } = metadata;
  return JSON.stringify({ rest, kept: Object.entries(kept).toSorted() });
}

/** Reports whether an object matches a label selector: a name, or a name with a value. */
export function isSelected({ metadata }: KubeObject, label: string): boolean {
  const [name = '', value] = label.split('=');
  if (label === '') return true;
  const found = metadata.labels?.[name];
  return value === undefined ? found !== undefined : found === value;
}
