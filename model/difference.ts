import { type FieldMap, isFieldMap } from './object.ts';

/** A step into an object: a field name, or a list item with its position. */
export type PathStep = string | ListStep;

interface ListStep {
  /** Index in the list that has the item; in the later list when both have it. */
  readonly index: number;
  readonly item: unknown;
  /** The item in a path for display: `name=web` if a field identifies the items, else the index. */
  readonly label: string;
}

/** A field in which two objects differ. An absent field has the value undefined. */
export interface Difference {
  readonly steps: readonly PathStep[];
  readonly before: unknown;
  readonly after: unknown;
}

/** Returns the fields in which two values differ. Matches list items by the usual Kubernetes merge keys. */
export function differences(
  before: unknown,
  after: unknown,
  steps: readonly PathStep[] = [],
): readonly Difference[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listDifferences(before, after, steps);
  if (!isOptionalMap(before) || !isOptionalMap(after)) return [{ steps, before, after }];
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields.flatMap((field) => differences(before?.[field], after?.[field], [...steps, field]));
}

function listDifferences(
  before: readonly unknown[],
  after: readonly unknown[],
  steps: readonly PathStep[],
): readonly Difference[] {
  const identify = identifierOf(before) === identifierOf(after) ? identifierOf(before) : undefined;
  const index = (list: readonly unknown[]) =>
    new Map(list.map((item, i) => [labelOf(item, i, identify), { item, index: i }]));
  const [old, now] = [index(before), index(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((label) => {
    const { item, index } = now.get(label) ?? old.get(label) ?? { item: undefined, index: 0 };
    const step: PathStep = { index, item, label };
    return differences(old.get(label)?.item, now.get(label)?.item, [...steps, step]);
  });
}

/** Treats a missing map as empty, so that the result contains each of its fields. */
function isOptionalMap(value: unknown): value is FieldMap | undefined {
  return value === undefined || isFieldMap(value);
}

/** Returns the field that identifies the items of a list: one of the usual Kubernetes merge keys. */
function identifierOf(list: readonly unknown[]): string | undefined {
  return ['name', 'containerPort', 'port', 'mountPath', 'key', 'type', 'ip', 'uid'].find(
    (field) => {
      const values = list.map((item) => (isFieldMap(item) ? item[field] : undefined));
      return !values.includes(undefined) && new Set(values).size === list.length;
    },
  );
}

function labelOf(item: unknown, index: number, identifier: string | undefined): string {
  return identifier !== undefined && isFieldMap(item)
    ? `${identifier}=${item[identifier]}`
    : `${index}`;
}

/** Formats the path of a difference for display: `.spec.template.spec.containers[name=web].image`. */
export function formatSteps(steps: readonly PathStep[]): string {
  const format = (step: PathStep) => {
    if (typeof step !== 'string') return `[${step.label}]`;
    return /^[A-Za-z0-9_-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  };
  return steps.map(format).join('');
}
