/** Finds what Karmada's controllers left in an object of a member cluster. */
import { managedLabel, trackingAnnotations, trackingLabels } from '#model/karmada-metadata.ts';
import { isFieldMap, type JsonObject, type KubeObject } from '#model/object.ts';
import { type ManagedFields, managedFieldsOf } from './managed-fields.ts';

/** Field managers of Karmada's execution controller, in the control plane and in a cluster in pull mode. */
const managers: ReadonlySet<string> = new Set(['karmada-controller-manager', 'karmada-agent']);

/**
 * Reports whether Karmada wrote the fields of an entry into a member cluster. In its own control plane, Karmada
 * only adds metadata to the templates of others.
 */
export function isWrittenByKarmada(
  object: KubeObject,
  { manager = '', fieldsV1 = {} }: ManagedFields,
): boolean {
  if (!managers.has(manager)) return false;
  const hasContent = Object.keys(fieldsV1).some((field) => !/^f:(metadata|status)$/.test(field));
  return hasContent || isManagedByKarmada(object);
}

/**
 * Describes what a take-over of an object does to the marks of Karmada, such as `taken over from
 * karmada-controller-manager: removed 4 labels and 8 annotations of Karmada`; '' for an object without them.
 */
export function describeTakeOver(live: KubeObject): string {
  const writers = managedFieldsOf(live)
    .filter((entry) => isWrittenByKarmada(live, entry))
    .map(({ manager }) => manager);
  if (writers.length === 0 && !isManagedByKarmada(live)) return '';
  const { labels = {}, annotations = {} } = live.metadata;
  const counts = [
    `${trackingLabels.filter((name) => name in labels).length} labels`,
    `${trackingAnnotations.filter((name) => name in annotations).length} annotations`,
  ];
  const from = writers.length === 0 ? 'Karmada' : [...new Set(writers)].join(', ');
  return `taken over from ${from}: removed ${counts.join(' and ')} of Karmada`;
}

function isManagedByKarmada({ metadata }: KubeObject): boolean {
  return metadata.labels?.[managedLabel] === 'true';
}

/**
 * Returns an entry with only the fields by which Karmada tracks a member's object, also if
 * another manager wrote them, such as a tool that restored a backup; none if there are no such fields.
 */
export function tracesOf(object: KubeObject, entry: ManagedFields): readonly ManagedFields[] {
  if (!isManagedByKarmada(object)) return [];
  const { traces } = divide(entry.fieldsV1 ?? {});
  return Object.keys(traces).length === 0 ? [] : [{ ...entry, fieldsV1: { 'f:metadata': traces } }];
}

/** Returns an entry without the fields that `tracesOf` returns. */
export function withoutTraces(object: KubeObject, entry: ManagedFields): ManagedFields {
  if (tracesOf(object, entry).length === 0) return entry;
  const { 'f:metadata': _, ...content } = entry.fieldsV1 ?? {};
  const { rest } = divide(entry.fieldsV1 ?? {});
  const metadata = Object.keys(rest).length > 0 && { 'f:metadata': rest };
  return { ...entry, fieldsV1: { ...content, ...metadata } };
}

interface DividedMetadata {
  readonly traces: JsonObject;
  readonly rest: JsonObject;
}

/**
 * Divides the metadata of a field set. An empty set of fields would own the whole map, so this function leaves it
 * out.
 */
function divide(fields: JsonObject): DividedMetadata {
  const traces: Record<string, JsonObject> = {};
  const rest: Record<string, JsonObject> = { ...(fieldsAt(fields, 'f:metadata') as typeof traces) };
  for (const [part, names] of Object.entries(tracked)) {
    const owned = Object.entries(fieldsAt(rest, part));
    const found = owned.filter(([field]) => names.has(field));
    if (found.length === 0) continue;
    traces[part] = Object.fromEntries(found);
    rest[part] = Object.fromEntries(owned.filter(([field]) => !names.has(field)));
    if (found.length === owned.length) delete rest[part];
  }
  return { traces, rest };
}

const tracked: Readonly<Record<string, ReadonlySet<string>>> = {
  'f:labels': new Set(trackingLabels.map((name) => `f:${name}`)),
  'f:annotations': new Set(trackingAnnotations.map((name) => `f:${name}`)),
};

function fieldsAt(fields: JsonObject, name: string): JsonObject {
  const value = fields[name];
  return isFieldMap(value) ? (value as JsonObject) : {};
}
