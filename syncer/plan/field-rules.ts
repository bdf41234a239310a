/** Applies `spec.sync.fields` of regatta.yaml: rules for fields that another manager sets too. */
import { formatSteps, type PathStep } from '#model/difference.ts';
import { expression } from '#model/expression.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';
import type { FieldRule } from '#model/sync-settings.ts';
import {
  isAppliedBy,
  type ManagedFields,
  managedFieldsOf,
  ownedFieldsOf,
} from '../ownership/managed-fields.ts';
import { owns } from '../ownership/owned-path.ts';

/** The result of the field rules for one object. */
export type Ruling =
  | {
      readonly type: 'apply';
      readonly toApply: KubeObject;
      /** Managers whose fields the apply leaves out. */
      readonly yieldedTo: ReadonlySet<string>;
    }
  | { readonly type: 'abort'; readonly reason: string };

/** Reports whether any rule selects the object. */
export function hasRules(object: KubeObject, rules: readonly FieldRule[]): boolean {
  return rules.some((rule) => isFor(rule, object));
}

/**
 * Removes the fields that a rule yields to another manager from the desired object. A rule whose
 * resolution is Abort refuses the object while another manager owns such a field and `manager` does not.
 */
export function applyFieldRules(
  desired: KubeObject,
  live: KubeObject,
  rules: readonly FieldRule[],
  manager: string,
): Ruling {
  const ours = ownedFieldsOf(live, manager)?.fieldsV1;
  const isOurs = isAppliedBy(manager);
  const others = managedFieldsOf(live).filter(
    (entry) => !isOurs(entry) && entry.subresource !== 'status',
  );
  const decided = new Set<string>();
  const yielded: (readonly PathStep[])[] = [];
  const yieldedTo = new Set<string>();
  for (const rule of rules.filter((rule) => isFor(rule, desired))) {
    for (const steps of rule.paths.flatMap((path) => expand(desired, stepsOf(path)))) {
      const owner = ownerOf(rule, steps, others);
      const path = formatSteps(steps);
      if (owner === undefined || decided.has(path)) continue;
      decided.add(path);
      if (rule.resolution === 'Abort' && !owns(ours, steps)) {
        return {
          type: 'abort',
          reason: `${owner.manager} owns ${path}, and a field rule sets Abort`,
        };
      }
      if (rule.resolution !== 'Yield') continue;
      yielded.push(steps);
      yieldedTo.add(owner.manager ?? '');
    }
  }
  return { type: 'apply', toApply: yielded.reduce(without, desired), yieldedTo };
}

function isFor({ kinds, namespaces, names }: FieldRule, object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  const { name, namespace = '' } = object.metadata;
  return (
    (kinds?.some((one) => one === kind || one === `${group}/${kind}`) ?? true) &&
    (namespaces?.includes(namespace) ?? true) &&
    (names?.includes(name) ?? true)
  );
}

function ownerOf(
  { managers }: FieldRule,
  steps: readonly PathStep[],
  entries: readonly ManagedFields[],
): ManagedFields | undefined {
  const matches = (name: string) =>
    managers?.some((one) => expression(`^(?:${one})$`)(name)) ?? true;
  return entries.find(({ manager = '', fieldsV1 }) => matches(manager) && owns(fieldsV1, steps));
}

/** Splits a JSON pointer into unescaped field names. */
function stepsOf(path: string): readonly string[] {
  const words = path.slice(1).split('/');
  return words.map((word) => word.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Returns all positions in `value` that match a path. The step `*` matches any field or list item. */
function expand(
  value: unknown,
  [word, ...rest]: readonly string[],
): readonly (readonly PathStep[])[] {
  if (word === undefined) return [[]];
  return entriesOf(value)
    .filter(({ name }) => word === '*' || word === name)
    .flatMap(({ step, inner }) => expand(inner, rest).map((below) => [step, ...below]));
}

function entriesOf(
  value: unknown,
): readonly { readonly name: string; readonly step: PathStep; readonly inner: unknown }[] {
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      const label = `${index}`;
      return { name: label, step: { index, item, label }, inner: item };
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, inner]) => ({ name, step: name, inner }));
}

/** Returns a copy without the field or item at `steps`. */
function without<T>(value: T, [step, ...rest]: readonly PathStep[]): T {
  if (step === undefined) return value;
  if (Array.isArray(value)) {
    const at = typeof step === 'string' ? -1 : step.index;
    if (rest.length === 0) return value.filter((_, i) => i !== at) as T;
    return value.map((item, i) => (i === at ? without(item, rest) : item)) as T;
  }
  const fields = Object.entries(value as object);
  return Object.fromEntries(
    fields.flatMap(([name, inner]) => {
      if (name !== step) return [[name, inner]];
      return rest.length === 0 ? [] : [[name, without(inner, rest)]];
    }),
  ) as T;
}
