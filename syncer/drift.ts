/** Who changed what in a live object, told from what an apply would put back. */
import type { JsonObject, KubeObject } from '#model/object.ts';
import { type ManagedFields, managedFieldsOf } from './ownership.ts';
import { fieldManager } from './ports.ts';

/** One field that somebody changed. */
export interface FieldChange {
  /** `.spec.template.spec.containers[name=web].image` */
  readonly path: string;
  /** The value Git wants; undefined when Git has none there. */
  readonly wanted: unknown;
  /** The value found; undefined when it was removed. */
  readonly found: unknown;
  readonly manager: string;
  /** `Update` or `Apply`. */
  readonly operation: string;
  /** When that manager last wrote, RFC 3339; '' when not recorded. */
  readonly time: string;
}

/** A step into an object: a field's name, or a list's item with its place. */
type Step = string | { readonly index: number; readonly item: unknown; readonly label: string };

interface Difference {
  readonly steps: readonly Step[];
  readonly wanted: unknown;
  readonly found: unknown;
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
 * The fields in which `live` differs from `merged`, the dry run of applying what Git wants onto it.
 * Values of Secrets are never told.
 */
export function driftOf(live: KubeObject, merged: KubeObject): readonly FieldChange[] {
  const entries = managedFieldsOf(live);
  return differences(contentOf(merged), contentOf(live), []).map(({ steps, wanted, found }) => ({
    path: formatPath(steps),
    ...(isSecretValue(live, steps)
      ? { wanted: hide(wanted), found: hide(found) }
      : { wanted, found }),
    ...attribute(steps, entries),
  }));
}

function contentOf({ metadata, status: _status, ...rest }: KubeObject): JsonObject {
  const kept = Object.entries(metadata).filter(([field]) => !serverFields.has(field));
  return { ...rest, metadata: Object.fromEntries(kept) } as JsonObject;
}

function isSecretValue({ apiVersion, kind }: KubeObject, [root]: readonly Step[]): boolean {
  return apiVersion === 'v1' && kind === 'Secret' && (root === 'data' || root === 'stringData');
}

function hide(value: unknown): unknown {
  return value === undefined ? undefined : '(hidden)';
}

function differences(
  wanted: unknown,
  found: unknown,
  steps: readonly Step[],
): readonly Difference[] {
  if (Object.is(wanted, found)) return [];
  if (Array.isArray(wanted) && Array.isArray(found)) return listDifferences(wanted, found, steps);
  if (!isMap(wanted) || !isMap(found)) return [{ steps, wanted, found }];
  const fields = [...new Set([...Object.keys(wanted ?? {}), ...Object.keys(found ?? {})])];
  return fields.flatMap((field) => differences(wanted?.[field], found?.[field], [...steps, field]));
}

function listDifferences(
  wanted: readonly unknown[],
  found: readonly unknown[],
  steps: readonly Step[],
): readonly Difference[] {
  const identify = identifierOf(wanted) === identifierOf(found) ? identifierOf(wanted) : undefined;
  const index = (list: readonly unknown[]) =>
    new Map(list.map((item, i) => [labelOf(item, i, identify), { item, index: i }]));
  const [before, now] = [index(wanted), index(found)];
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((label) => {
    const { item, index } = now.get(label) ?? before.get(label) ?? { item: undefined, index: 0 };
    const step: Step = { index, item, label };
    return differences(before.get(label)?.item, now.get(label)?.item, [...steps, step]);
  });
}

/** A map that is missing on one side is told field by field, if the other side has any. */
function isMap(value: unknown): value is Readonly<Record<string, unknown>> | undefined {
  return value === undefined || isRecord(value);
}

/** The field that tells a list's items apart: what Kubernetes itself mostly merges by. */
function identifierOf(list: readonly unknown[]): string | undefined {
  return ['name', 'containerPort', 'port', 'mountPath', 'key', 'type', 'ip', 'uid'].find(
    (field) => {
      const values = list.map((item) => (isRecord(item) ? item[field] : undefined));
      return !values.includes(undefined) && new Set(values).size === list.length;
    },
  );
}

function labelOf(item: unknown, index: number, identifier: string | undefined): string {
  return identifier !== undefined && isRecord(item)
    ? `${identifier}=${item[identifier]}`
    : `${index}`;
}

function formatPath(steps: readonly Step[]): string {
  const format = (step: Step) => {
    if (typeof step !== 'string') return `[${step.label}]`;
    return /^[A-Za-z0-9_-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  };
  return steps.map(format).join('');
}

type Author = Pick<FieldChange, 'manager' | 'operation' | 'time'>;

/** The manager that owns the field now; of a removed field, whoever else wrote last. */
function attribute(steps: readonly Step[], entries: readonly ManagedFields[]): Author {
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

/** Whether a field set (FieldsV1) holds the path, itself or as part of something atomic. */
function owns(fields: JsonObject | undefined, steps: readonly Step[]): boolean {
  let node: JsonObject | undefined = fields;
  for (const step of steps) {
    if (node === undefined) return false;
    if (node !== fields && Object.keys(node).length === 0) return true;
    node = childOf(node, step);
  }
  return node !== undefined;
}

function childOf(node: JsonObject, step: Step): JsonObject | undefined {
  if (typeof step === 'string') return node[`f:${step}`] as JsonObject | undefined;
  const key = Object.keys(node).find((key) => namesItem(key, step));
  return key === undefined ? undefined : (node[key] as JsonObject);
}

function namesItem(key: string, { index, item }: Exclude<Step, string>): boolean {
  if (key.startsWith('i:')) return key === `i:${index}`;
  if (key.startsWith('v:')) return key === `v:${JSON.stringify(item)}`;
  if (!key.startsWith('k:') || !isRecord(item)) return false;
  const identity = JSON.parse(key.slice(2)) as JsonObject;
  return Object.entries(identity).every(([field, value]) => item[field] === value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
