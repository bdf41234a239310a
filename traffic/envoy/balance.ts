import type {
  Cluster,
  LbEndpoint,
  LoadAssignment,
  LocalityEndpoints,
  SocketAddress,
} from './config.ts';

/** The share of an endpoint in the requests to its cluster, from 0 to 1. */
export interface EndpointShare {
  readonly address: SocketAddress;
  readonly share: number;
}

/** Envoy's default: a priority is healthy enough for all requests while 1 / 1.4 of its endpoints are healthy. */
const defaultFactor = 140;

/**
 * Divides the requests to a cluster among its endpoints: by priorities, by localities if the cluster weighs them, and by the weights of endpoints.
 * Returns nothing if no endpoint is healthy. Envoy's panic mode, which Istio turns off, is left out.
 */
export function balance(cluster: Cluster, assignment: LoadAssignment): readonly EndpointShare[] {
  const { endpoints = [], policy } = assignment;
  const factor = (policy?.overprovisioningFactor ?? defaultFactor) / 100;
  const isWeighted = cluster.commonLbConfig?.localityWeightedLbConfig !== undefined;
  const byPriority = [...Map.groupBy(endpoints, ({ priority = 0 }) => priority)]
    .sort(([a], [b]) => a - b)
    .map(([, localities]) => localities);
  const loads = priorityLoads(byPriority, factor);
  return byPriority.flatMap((localities, index) => {
    const load = loads[index] ?? 0;
    if (load === 0) return [];
    const shares = isWeighted ? weighted(localities, factor) : endpointShares(localities);
    return shares.map(({ address, share }) => ({ address, share: share * load }));
  });
}

/** Returns the part of the requests that each priority gets. Each gets what the earlier ones are not healthy enough for. */
function priorityLoads(
  priorities: readonly (readonly LocalityEndpoints[])[],
  factor: number,
): readonly number[] {
  const health = priorities.map((localities) => healthOf(localities, factor));
  const total = Math.min(
    1,
    health.reduce((sum, one) => sum + one, 0),
  );
  if (total === 0) return priorities.map(() => 0);
  let left = 1;
  return health.map((one) => {
    const load = Math.min(left, one / total);
    left -= load;
    return load;
  });
}

function healthOf(localities: readonly LocalityEndpoints[], factor: number): number {
  const all = localities.flatMap(({ lbEndpoints = [] }) => lbEndpoints);
  if (all.length === 0) return 0;
  return Math.min(1, (factor * all.filter(isHealthy).length) / all.length);
}

/** A locality gets its weight, reduced as far as its endpoints are not healthy. */
function weighted(
  localities: readonly LocalityEndpoints[],
  factor: number,
): readonly EndpointShare[] {
  const weights = localities.map(
    (locality) => (locality.loadBalancingWeight ?? 0) * healthOf([locality], factor),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return [];
  return localities.flatMap((locality, index) =>
    endpointShares([locality]).map(({ address, share }) => ({
      address,
      share: (share * (weights[index] ?? 0)) / total,
    })),
  );
}

function endpointShares(localities: readonly LocalityEndpoints[]): readonly EndpointShare[] {
  const healthy = localities.flatMap(({ lbEndpoints = [] }) => lbEndpoints).filter(isHealthy);
  const weightOf = ({ loadBalancingWeight = 1 }: LbEndpoint) => loadBalancingWeight;
  const total = healthy.reduce((sum, one) => sum + weightOf(one), 0);
  return healthy.map((one) => ({
    address: one.endpoint?.address?.socketAddress ?? {},
    share: weightOf(one) / total,
  }));
}

function isHealthy({ healthStatus = 'UNKNOWN' }: LbEndpoint): boolean {
  return healthStatus === 'UNKNOWN' || healthStatus === 'HEALTHY';
}
