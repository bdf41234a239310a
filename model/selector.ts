/** Label, field and name matching: the one matcher for policies, clusters and overrides. */
import type { Cluster } from './cluster.ts';
import { isLabelValue, isQualifiedName } from './label-form.ts';
import type { KubeObject } from './object.ts';

/** metav1.LabelSelector. Operators are checked when it is used: an odd one matches nothing. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?: readonly SelectorRequirement[] | undefined;
}

export interface SelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

/** Over `provider`, `region` and `zone` of a cluster, with In and NotIn. */
export interface FieldSelector {
  readonly matchExpressions?: readonly SelectorRequirement[] | undefined;
}

/** Which clusters: all given parts must hold, and `exclude` wins. Nothing given means all. */
export interface ClusterAffinity {
  readonly labelSelector?: LabelSelector | undefined;
  readonly fieldSelector?: FieldSelector | undefined;
  readonly clusterNames?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/** Which resource templates a policy speaks of. */
export interface ResourceSelector {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent or '' means any. */
  readonly namespace?: string | undefined;
  /** Absent or '' means any; else `labelSelector` is not looked at. */
  readonly name?: string | undefined;
  readonly labelSelector?: LabelSelector | undefined;
}

type Labels = Readonly<Record<string, string>>;

/** Whether labels satisfy a selector; an empty one matches all, one that cannot be parsed none. */
export function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(isParsable) &&
    matchExpressions.every((requirement) => holds(requirement, labels[requirement.key]))
  );
}

/** Selectors are asked for one object or cluster after the other. */
const parsable = new WeakMap<SelectorRequirement, boolean>();

/** As Kubernetes reads it; a requirement that it cannot read makes its selector match nothing. */
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

/** The part of an affinity that keeps a cluster out, and where in it: a JSON pointer. */
export interface AffinityMismatch {
  readonly part: 'exclude' | 'labelSelector' | 'fieldSelector' | 'clusterNames';
  readonly pointer: string;
}

/**
 * Why a cluster is not in an affinity, or undefined when it is.
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

/** Karmada's ClusterMatches. */
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
 * How closely a selector means an object: 0 not at all, 1 by kind, 2 by labels, 3 by name. `{}` as
 * label selector matches all objects at rank 2.
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

/** The best rank among selectors, 0 when there is none. */
export function bestRank(selectors: readonly ResourceSelector[], object: KubeObject): number {
  return Math.max(0, ...selectors.map((selector) => matchRank(selector, object)));
}
