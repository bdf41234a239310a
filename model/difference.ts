import { type FieldMap, isFieldMap } from '#model/object.ts';
import type { KubeObject } from './object.ts';

/** A step into an object: a field's name, or a list's item with its place. */
export type Step = string | ListStep;

interface ListStep {
  /** In the list that has the item; in the later one where both have. */
  readonly index: number;
  readonly item: unknown;
  /** `name=web` where a field tells the items apart, else the index. */
  readonly label: string;
}

/** A field in which two objects differ; undefined is the value of one that is not there. */
export interface Difference {
  readonly steps: readonly Step[];
  readonly before: unknown;
  readonly after: unknown;
}

/** Field by field what differs; items of lists are told apart as Kubernetes mostly does. */
export function differences(
  before: unknown,
  after: unknown,
  steps: readonly Step[] = [],
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
  steps: readonly Step[],
): readonly Difference[] {
  const identify = identifierOf(before) === identifierOf(after) ? identifierOf(before) : undefined;
  const index = (list: readonly unknown[]) =>
    new Map(list.map((item, i) => [labelOf(item, i, identify), { item, index: i }]));
  const [old, now] = [index(before), index(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((label) => {
    const { item, index } = now.get(label) ?? old.get(label) ?? { item: undefined, index: 0 };
    const step: Step = { index, item, label };
    return differences(old.get(label)?.item, now.get(label)?.item, [...steps, step]);
  });
}

/** A map that is missing on one side is told field by field, if the other side has any. */
function isOptionalMap(value: unknown): value is FieldMap | undefined {
  return value === undefined || isFieldMap(value);
}

/** The field that tells a list's items apart: what Kubernetes itself mostly merges by. */
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

/** How people are shown where a difference is: `.spec.template.spec.containers[name=web].image`. */
export function formatSteps(steps: readonly Step[]): string {
  const format = (step: Step) => {
    if (typeof step !== 'string') return `[${step.label}]`;
    return /^[A-Za-z0-9_-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  };
  return steps.map(format).join('');
}

/** Whether a step leads into what a Secret keeps; its values are never told. */
export function isSecretValue(
  { apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>,
  [root]: readonly Step[],
): boolean {
  return apiVersion === 'v1' && kind === 'Secret' && (root === 'data' || root === 'stringData');
}
