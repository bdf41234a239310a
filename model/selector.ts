/** Matches labels, fields and names for policies, clusters and overrides. */
import type { Cluster } from './cluster.ts';
import { isLabelValue, isQualifiedName } from './label-form.ts';
import type { KubeObject } from './object.ts';

/** Selects objects by labels, as metav1.LabelSelector does. A selector with an invalid operator matches nothing. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?: readonly SelectorRequirement[] | undefined;
}

/** One requirement of a selector, such as `tier In (web, api)`. */
export interface SelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

/** Selects clusters by `provider`, `region` and `zone`, with In and NotIn. */
export interface FieldSelector {
  readonly matchExpressions?: readonly SelectorRequirement[] | undefined;
}

/** Selects clusters. All given parts must match, `exclude` wins, and an empty affinity selects all clusters. */
export interface ClusterAffinity {
  readonly labelSelector?: LabelSelector | undefined;
  readonly fieldSelector?: FieldSelector | undefined;
  readonly clusterNames?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/** Selects the resource templates of a policy. */
export interface ResourceSelector {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent or '' means any namespace. */
  readonly namespace?: string | undefined;
  /** Absent or '' means any name. With a name, `labelSelector` has no effect. */
  readonly name?: string | undefined;
  readonly labelSelector?: LabelSelector | undefined;
}

type Labels = Readonly<Record<string, string>>;

/** Reports whether labels match a selector. An empty selector matches everything, an invalid one nothing. */
export function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(isParsable) &&
    matchExpressions.every((requirement) => holds(requirement, labels[requirement.key]))
  );
}

/** Caches whether a requirement is valid, because the compiler evaluates each selector for many objects and clusters. */
const parsable = new WeakMap<SelectorRequirement, boolean>();

/** Reports whether Kubernetes accepts a requirement. An invalid one makes its selector match nothing. */
function isParsable(requirement: SelectorRequirement): boolean {
  const known = parsable.get(requirement) ?? parse(requirement);
  parsable.set(requirement, known);
  return known;
}

function parse({ key, operator, values = [] }: SelectorRequirement): boolean {
  if (!isQualifiedName(key) || !values.every(isLabelValue)) return false;
  if (operator === 'In' || operator === 'NotIn') return values.length > 0;
  return (operator === 'Exists' || operator === 'DoesNotExist') && values.length === 0;
}

function holds(
  { operator, values = [] }: SelectorRequirement,
  actual: string | undefined,
): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    default:
      return actual === undefined;
  }
}

/** The part of an affinity that excludes a cluster, with a JSON pointer into the affinity. */
export interface AffinityMismatch {
  readonly part: 'exclude' | 'labelSelector' | 'fieldSelector' | 'clusterNames';
  readonly pointer: string;
}

/**
 * Returns why an affinity does not select a cluster; undefined if the affinity selects it.
 *
 * Source: Karmada v1.18, pkg/util/selector.go (ClusterMatches).
 */
export function affinityMismatch(
  affinity: ClusterAffinity,
  cluster: Cluster,
): AffinityMismatch | undefined {
  const { exclude = [], labelSelector, fieldSelector, clusterNames = [] } = affinity;
  const { name, labels = {} } = cluster.metadata;
  if (exclude.includes(name)) {
    return { part: 'exclude', pointer: `/exclude/${exclude.indexOf(name)}` };
  }
  if (labelSelector !== undefined && !matchesLabels(labelSelector, labels)) {
    return { part: 'labelSelector', pointer: '/labelSelector' };
  }
  const expressions = fieldSelector?.matchExpressions ?? [];
  const failing = expressions.findIndex((requirement) => !fieldHolds(requirement, cluster));
  if (failing >= 0) {
    return { part: 'fieldSelector', pointer: `/fieldSelector/matchExpressions/${failing}` };
  }
  if (clusterNames.length > 0 && !clusterNames.includes(name)) {
    return { part: 'clusterNames', pointer: '/clusterNames' };
  }
  return undefined;
}

/** Reports whether an affinity selects a cluster (Karmada's ClusterMatches). */
export function matchesCluster(affinity: ClusterAffinity, cluster: Cluster): boolean {
  return affinityMismatch(affinity, cluster) === undefined;
}

function fieldHolds(requirement: SelectorRequirement, { spec }: Cluster): boolean {
  const { key, operator, values = [] } = requirement;
  if (key === 'zone') {
    const listed = spec.zones.some((zone) => values.includes(zone));
    return operator === 'In' ? listed : !listed;
  }
  if (!isParsable(requirement)) return false;
  const actual = key === 'provider' ? spec.provider : key === 'region' ? spec.region : '';
  return holds(requirement, actual === '' ? undefined : actual);
}

/**
 * Returns how specifically a selector matches an object: 0 not at all, 1 by kind, 2 by labels, 3 by
 * name. The label selector `{}` matches all objects at rank 2.
 *
 * Source: Karmada v1.18, pkg/util/selector.go (ResourceSelectorPriority).
 */
export function matchRank(selector: ResourceSelector, object: KubeObject): number {
  const { apiVersion, kind, namespace, name, labelSelector } = selector;
  const { metadata } = object;
  if (apiVersion !== object.apiVersion || kind !== object.kind) return 0;
  if (namespace && namespace !== metadata.namespace) return 0;
  if (name) return name === metadata.name ? 3 : 0;
  if (labelSelector === undefined) return 1;
  return matchesLabels(labelSelector, metadata.labels ?? {}) ? 2 : 0;
}

/** Returns the best rank among selectors, or 0 when none matches. */
export function bestRank(selectors: readonly ResourceSelector[], object: KubeObject): number {
  return Math.max(0, ...selectors.map((selector) => matchRank(selector, object)));
}
