import type { Quantity, ResourceModel, ResourceModelRange, Taint } from '#model/cluster.ts';
import { isLabelValue, isQualifiedName } from '#model/label-form.ts';
import { parseQuantity } from '#model/quantity.ts';
import { below, type RuleViolation, violationIf } from './rules.ts';

/** The `spec` of a Cluster before defaults. */
export interface GivenClusterSpec {
  readonly apiEndpoint?: string | undefined;
  readonly proxyURL?: string | undefined;
  readonly taints: readonly Taint[];
  readonly resourceModels: readonly ResourceModel[];
  readonly zone?: string | undefined;
  readonly zones: readonly string[];
}

/**
 * Returns why Karmada's API server would reject a Cluster.
 *
 * Source: Karmada v1.18, pkg/apis/cluster/validation, pkg/util/lifted/validateclustertaints.go.
 */
export function clusterViolations(spec: GivenClusterSpec): readonly RuleViolation[] {
  const { apiEndpoint, proxyURL, taints, resourceModels, zone, zones } = spec;
  return [
    ...violationIf(Boolean(zone) && zones.length > 0, ['zone'], 'cannot be combined with zones'),
    ...below(['taints'], taintFaults(taints)),
    ...below(['resourceModels'], modelFaults(standardised(resourceModels))),
    ...(apiEndpoint ? below(['apiEndpoint'], endpointFaults(apiEndpoint)) : []),
    ...violationIf(
      Boolean(proxyURL) && !/^(https?|socks5):/.test(proxyURL ?? ''),
      ['proxyURL'],
      'must be a URL with http, https or socks5',
    ),
  ];
}

function taintFaults(taints: readonly Taint[]): readonly RuleViolation[] {
  const identities = taints.map(({ key, effect }) => `${effect} ${key}`);
  return taints.flatMap(({ key, value }, index) => [
    ...violationIf(!isQualifiedName(key), [index, 'key'], 'must be a valid label key'),
    ...violationIf(!isLabelValue(value), [index, 'value'], 'must be a valid label value'),
    ...violationIf(
      identities.indexOf(identities[index] ?? '') < index,
      [index],
      'has the same key and effect as an earlier taint',
    ),
  ]);
}

function endpointFaults(endpoint: string): readonly RuleViolation[] {
  if (!URL.canParse(endpoint)) return [{ path: [], message: 'must be a URL' }];
  const { host, username, hash, search } = new URL(endpoint);
  const parts = { user: username, fragment: hash, query: search };
  return [
    ...violationIf(host === '', [], 'must have a host'),
    ...Object.entries(parts).flatMap(([part, text]) =>
      violationIf(text !== '', [], `must not have a ${part}`),
    ),
  ];
}

/** Sorts the models by grade and opens the ends, as Karmada does before its check. */
function standardised(models: readonly ResourceModel[]): readonly ResourceModel[] {
  const sorted = models.toSorted((a, b) => a.grade - b.grade);
  return sorted.map((model, index) => ({
    ...model,
    ranges: model.ranges.map((range) => ({
      ...range,
      min: index === 0 ? 0 : range.min,
      max: index === sorted.length - 1 ? `${2n ** 63n - 1n}` : range.max,
    })),
  }));
}

/** Karmada reports only the first violation. */
function modelFaults(models: readonly ResourceModel[]): readonly RuleViolation[] {
  return models.flatMap((model, index) => neighbourFaults(models[index - 1], model)).slice(0, 1);
}

function neighbourFaults(
  before: ResourceModel | undefined,
  { grade, ranges }: ResourceModel,
): readonly RuleViolation[] {
  const all: readonly RuleViolation[] = ranges.flatMap((range, index) =>
    rangeFaults(before?.ranges[index], range),
  );
  if (before === undefined) return all;
  return [
    ...violationIf(before.grade === grade, [], `have grade ${grade} twice`),
    ...violationIf(before.ranges.length !== ranges.length, [], 'must all have the same resources'),
    ...all,
  ];
}

function rangeFaults(
  before: ResourceModelRange | undefined,
  { name, min, max }: ResourceModelRange,
): readonly RuleViolation[] {
  return [
    ...violationIf(amount(max) <= amount(min), [], `must have a max above the min of ${name}`),
    ...violationIf(
      before !== undefined && before.name !== name,
      [],
      'must all have the same resources, in the same order',
    ),
    ...violationIf(
      before !== undefined && amount(before.max) !== amount(min),
      [],
      `must be contiguous: ${name} ends at ${before?.max} and begins at ${min}`,
    ),
  ];
}

function amount(quantity: Quantity): bigint {
  return parseQuantity(quantity) ?? 0n;
}
