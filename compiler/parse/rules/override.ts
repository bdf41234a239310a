import { isLabelValue, isQualifiedName } from '#model/label-form.ts';
import type { ObjectMeta } from '#model/object.ts';
import type { FieldOverrider, FieldPatch, OverridePolicy, Overriders } from '#model/override.ts';
import { selectorViolations } from './propagation.ts';
import { below, type RuleViolation, violationIf } from './rules.ts';

/** An OverridePolicy before defaults. */
export interface GivenOverridePolicy {
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: Omit<OverridePolicy['spec'], 'overrideRules'> & {
    readonly overrideRules?: OverridePolicy['spec']['overrideRules'] | undefined;
  };
}

/**
 * Returns why Karmada's webhook would reject an OverridePolicy or ClusterOverridePolicy. It checks
 * the overriders of rules, but not the deprecated ones beside them.
 *
 * Source: Karmada v1.18, pkg/util/validation/validation.go.
 */
export function overrideViolations({
  kind,
  metadata,
  spec,
}: GivenOverridePolicy): readonly RuleViolation[] {
  const { resourceSelectors, overrideRules, targetCluster, overriders } = spec;
  const home = kind === 'OverridePolicy' ? metadata.namespace || 'default' : undefined;
  const hasRules = overrideRules !== undefined;
  return below(
    ['spec'],
    [
      ...below(['resourceSelectors'], selectorViolations(resourceSelectors, home)),
      ...violationIf(
        hasRules && targetCluster !== undefined,
        ['targetCluster'],
        'cannot be combined with overrideRules: move it into a rule',
      ),
      ...violationIf(
        hasRules && overriders !== undefined && !isEmpty(overriders),
        ['overriders'],
        'cannot be combined with overrideRules: move them into a rule',
      ),
      ...(overrideRules ?? []).flatMap((rule, index) =>
        below(['overrideRules', index, 'overriders'], overriderViolations(rule.overriders)),
      ),
    ],
  );
}

/** Karmada ignores fieldOverrider here. */
function isEmpty({ fieldOverrider: _, ...overriders }: Overriders): boolean {
  return Object.values(overriders).every((list) => list === undefined || list.length === 0);
}

function overriderViolations(overriders: Overriders): readonly RuleViolation[] {
  const { labelsOverrider = [], annotationsOverrider = [], fieldOverrider = [] } = overriders;
  return [
    ...(overriders.imageOverrider ?? []).flatMap(({ predicate }, index) =>
      pointerViolations(predicate?.path ?? '', ['imageOverrider', index, 'predicate', 'path']),
    ),
    ...annotationsOverrider.flatMap(({ value }, index) =>
      below(['annotationsOverrider', index, 'value'], annotationViolations(value)),
    ),
    ...labelsOverrider.flatMap(({ value }, index) =>
      below(['labelsOverrider', index, 'value'], labelViolations(value)),
    ),
    ...fieldOverrider.flatMap((entry, index) =>
      below(['fieldOverrider', index], fieldViolations(entry)),
    ),
  ];
}

function labelViolations(labels: Readonly<Record<string, string>>): readonly RuleViolation[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...violationIf(!isQualifiedName(key), [key], 'is not a valid label key'),
    ...violationIf(!isLabelValue(value), [key], 'must be a valid label value'),
  ]);
}

/** Maximum size of all annotations of an object, in bytes. */
const annotationBytes = 256 * 1024;

/** Kubernetes accepts capital letters in the prefix of an annotation's key. */
function annotationViolations(
  annotations: Readonly<Record<string, string>>,
): readonly RuleViolation[] {
  const bytes = new TextEncoder().encode(Object.entries(annotations).flat().join('')).length;
  return [
    ...Object.keys(annotations).flatMap((key) =>
      violationIf(!isQualifiedName(key.toLowerCase()), [key], 'is not a valid annotation key'),
    ),
    ...violationIf(bytes > annotationBytes, [], `must not be longer than ${annotationBytes} bytes`),
  ];
}

function pointerViolations(pointer: string, path: RuleViolation['path']): readonly RuleViolation[] {
  const isPointer = pointer === '' || pointer.startsWith('/');
  return violationIf(
    !isPointer,
    path,
    `must be a JSON pointer, which starts with /, not ${JSON.stringify(pointer)}`,
  );
}

function fieldViolations({
  fieldPath,
  json = [],
  yaml = [],
}: FieldOverrider): readonly RuleViolation[] {
  return [
    ...pointerViolations(fieldPath, ['fieldPath']),
    ...violationIf(json.length > 0 && yaml.length > 0, ['yaml'], 'cannot be combined with json'),
    ...violationIf(json.length === 0 && yaml.length === 0, [], 'must have json or yaml'),
    ...below(['json'], patchViolations(json)),
    ...below(['yaml'], patchViolations(yaml)),
  ];
}

function patchViolations(patches: readonly FieldPatch[]): readonly RuleViolation[] {
  return patches.flatMap(({ subPath, operator, value }, index) => [
    ...pointerViolations(subPath, [index, 'subPath']),
    ...violationIf(
      operator !== 'remove' && value === undefined,
      [index, 'value'],
      `is required to ${operator}`,
    ),
    ...violationIf(
      operator === 'remove' && value !== undefined,
      [index, 'value'],
      'has no effect when the operator is remove',
    ),
  ]);
}
