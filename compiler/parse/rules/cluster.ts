import type { Quantity, ResourceModel, ResourceModelRange, Taint } from '#model/cluster.ts';
import { isLabelValue, isQualifiedName } from '#model/label-form.ts';
import { parseQuantity } from '#model/quantity.ts';
import { below, type Fault, faultIf } from './rules.ts';

/** `spec` of a Cluster as it was given. */
export interface GivenClusterSpec {
  readonly apiEndpoint?: string | undefined;
  readonly proxyURL?: string | undefined;
  readonly taints: readonly Taint[];
  readonly resourceModels: readonly ResourceModel[];
  readonly zone?: string | undefined;
  readonly zones: readonly string[];
}

/**
 * What Karmada's API server refuses of a Cluster.
 *
 * Source: Karmada v1.18, pkg/apis/cluster/validation, pkg/util/lifted/validateclustertaints.go.
 */
export function clusterFaults(spec: GivenClusterSpec): readonly Fault[] {
  const { apiEndpoint, proxyURL, taints, resourceModels, zone, zones } = spec;
  return [
    ...faultIf(Boolean(zone) && zones.length > 0, ['zone'], 'cannot stand beside zones'),
    ...below(['taints'], taintFaults(taints)),
    ...below(['resourceModels'], modelFaults(standardised(resourceModels))),
    ...(apiEndpoint ? below(['apiEndpoint'], endpointFaults(apiEndpoint)) : []),
    ...faultIf(
      Boolean(proxyURL) && !/^(https?|socks5):/.test(proxyURL ?? ''),
      ['proxyURL'],
      'must be a URL with http, https or socks5',
    ),
  ];
}

function taintFaults(taints: readonly Taint[]): readonly Fault[] {
  const identities = taints.map(({ key, effect }) => `${effect} ${key}`);
  return taints.flatMap(({ key, value }, index) => [
    ...faultIf(!isQualifiedName(key), [index, 'key'], 'must have the form of a label’s key'),
    ...faultIf(!isLabelValue(value), [index, 'value'], 'must have the form of a label’s value'),
    ...faultIf(
      identities.indexOf(identities[index] ?? '') < index,
      [index],
      'has the key and effect of a taint before it',
    ),
  ]);
}

function endpointFaults(endpoint: string): readonly Fault[] {
  if (!URL.canParse(endpoint)) return [{ path: [], message: 'must be a URL' }];
  const { host, username, hash, search } = new URL(endpoint);
  const parts = { user: username, fragment: hash, query: search };
  return [
    ...faultIf(host === '', [], 'must have a host'),
    ...Object.entries(parts).flatMap(([part, text]) =>
      faultIf(text !== '', [], `must have no ${part}`),
    ),
  ];
}

/** As Karmada does before it checks: in the order of grades, without ends. */
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

/** Karmada tells the first fault alone. */
function modelFaults(models: readonly ResourceModel[]): readonly Fault[] {
  return models.flatMap((model, index) => neighbourFaults(models[index - 1], model)).slice(0, 1);
}

function neighbourFaults(
  before: ResourceModel | undefined,
  { grade, ranges }: ResourceModel,
): readonly Fault[] {
  const all: readonly Fault[] = ranges.flatMap((range, index) =>
    rangeFaults(before?.ranges[index], range),
  );
  if (before === undefined) return all;
  return [
    ...faultIf(before.grade === grade, [], `have grade ${grade} twice`),
    ...faultIf(before.ranges.length !== ranges.length, [], 'must all have the same resources'),
    ...all,
  ];
}

function rangeFaults(
  before: ResourceModelRange | undefined,
  { name, min, max }: ResourceModelRange,
): readonly Fault[] {
  return [
    ...faultIf(amount(max) <= amount(min), [], `must have a max above the min of ${name}`),
    ...faultIf(
      before !== undefined && before.name !== name,
      [],
      'must all have the same resources, in the same order',
    ),
    ...faultIf(
      before !== undefined && amount(before.max) !== amount(min),
      [],
      `must follow on one another: ${name} ends at ${before?.max} and begins at ${min}`,
    ),
  ];
}

function amount(quantity: Quantity): bigint {
  return parseQuantity(quantity) ?? 0n;
}
