import { isLabelValue, isQualifiedName } from '#model/label-form.ts';
import type { ObjectMeta } from '#model/object.ts';
import type { FieldOverrider, FieldPatch, OverridePolicy, Overriders } from '#model/override.ts';
import { selectorFaults } from './propagation.ts';
import { below, type Fault, faultIf } from './rules.ts';

/** An OverridePolicy before its list of rules is filled in. */
export interface GivenOverridePolicy {
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: Omit<OverridePolicy['spec'], 'overrideRules'> & {
    readonly overrideRules?: OverridePolicy['spec']['overrideRules'] | undefined;
  };
}

/**
 * What Karmada's webhook refuses of an OverridePolicy or ClusterOverridePolicy. It looks into the
 * overriders of rules only, not into the deprecated ones beside them.
 *
 * Source: Karmada v1.18, pkg/util/validation/validation.go.
 */
export function overrideFaults({ kind, metadata, spec }: GivenOverridePolicy): readonly Fault[] {
  const { resourceSelectors, overrideRules, targetCluster, overriders } = spec;
  const home = kind === 'OverridePolicy' ? metadata.namespace || 'default' : undefined;
  const hasRules = overrideRules !== undefined;
  return below(
    ['spec'],
    [
      ...below(['resourceSelectors'], selectorFaults(resourceSelectors, home)),
      ...faultIf(
        hasRules && targetCluster !== undefined,
        ['targetCluster'],
        'cannot stand beside overrideRules: put it in a rule',
      ),
      ...faultIf(
        hasRules && overriders !== undefined && !isEmpty(overriders),
        ['overriders'],
        'cannot stand beside overrideRules: put them in a rule',
      ),
      ...(overrideRules ?? []).flatMap((rule, index) =>
        below(['overrideRules', index, 'overriders'], overriderFaults(rule.overriders)),
      ),
    ],
  );
}

/** Karmada overlooks fieldOverrider here. */
function isEmpty({ fieldOverrider: _, ...overriders }: Overriders): boolean {
  return Object.values(overriders).every((list) => list === undefined || list.length === 0);
}

function overriderFaults(overriders: Overriders): readonly Fault[] {
  const { labelsOverrider = [], annotationsOverrider = [], fieldOverrider = [] } = overriders;
  return [
    ...(overriders.imageOverrider ?? []).flatMap(({ predicate }, index) =>
      pointerFaults(predicate?.path ?? '', ['imageOverrider', index, 'predicate', 'path']),
    ),
    ...annotationsOverrider.flatMap(({ value }, index) =>
      below(['annotationsOverrider', index, 'value'], annotationFaults(value)),
    ),
    ...labelsOverrider.flatMap(({ value }, index) =>
      below(['labelsOverrider', index, 'value'], labelFaults(value)),
    ),
    ...fieldOverrider.flatMap((entry, index) =>
      below(['fieldOverrider', index], fieldFaults(entry)),
    ),
  ];
}

function labelFaults(labels: Readonly<Record<string, string>>): readonly Fault[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...faultIf(!isQualifiedName(key), [key], 'is no key of a label'),
    ...faultIf(!isLabelValue(value), [key], 'must have the form of a label’s value'),
  ]);
}

/** How long all annotations of an object may be together, in bytes. */
const annotationBytes = 256 * 1024;

/** Kubernetes takes capital letters in the prefix of an annotation's key. */
function annotationFaults(annotations: Readonly<Record<string, string>>): readonly Fault[] {
  const bytes = new TextEncoder().encode(Object.entries(annotations).flat().join('')).length;
  return [
    ...Object.keys(annotations).flatMap((key) =>
      faultIf(!isQualifiedName(key.toLowerCase()), [key], 'is no key of an annotation'),
    ),
    ...faultIf(bytes > annotationBytes, [], `must not be longer than ${annotationBytes} bytes`),
  ];
}

function pointerFaults(pointer: string, path: Fault['path']): readonly Fault[] {
  const isPointer = pointer === '' || pointer.startsWith('/');
  return faultIf(
    !isPointer,
    path,
    `is no JSON pointer: it starts with /: ${JSON.stringify(pointer)}`,
  );
}

function fieldFaults({ fieldPath, json = [], yaml = [] }: FieldOverrider): readonly Fault[] {
  return [
    ...pointerFaults(fieldPath, ['fieldPath']),
    ...faultIf(json.length > 0 && yaml.length > 0, ['yaml'], 'cannot stand beside json'),
    ...faultIf(json.length === 0 && yaml.length === 0, [], 'must have json or yaml'),
    ...below(['json'], patchFaults(json)),
    ...below(['yaml'], patchFaults(yaml)),
  ];
}

function patchFaults(patches: readonly FieldPatch[]): readonly Fault[] {
  return patches.flatMap(({ subPath, operator, value }, index) => [
    ...pointerFaults(subPath, [index, 'subPath']),
    ...faultIf(
      operator !== 'remove' && value === undefined,
      [index, 'value'],
      `must be given to ${operator}`,
    ),
    ...faultIf(
      operator === 'remove' && value !== undefined,
      [index, 'value'],
      'says nothing when something is removed',
    ),
  ]);
}
