import type { IstioConfig, IstioRequest } from '#model/istio-engine.ts';

/** The result of a question about a part of the configuration. */
interface PartResult {
  readonly type: 'answered' | 'failed';
}

/** Maximum number of routes that are named one by one. With more of them, all routes count as their cause. */
const mostCauses = 3;

/**
 * Returns the routes of the Gateway API without which the engine answers a request that ends it; none if another object ends it. Istio
 * relies on the API server, which refuses routes that lack fields.
 */
export async function routesThatEnd(
  request: IstioRequest,
  ask: (part: IstioRequest) => Promise<PartResult>,
): Promise<readonly IstioConfig[]> {
  const all = request.config.filter(isRoute);
  const others = request.config.filter((one) => !isRoute(one));
  const ends = async (routes: readonly IstioConfig[]) =>
    (await ask({ ...request, config: [...others, ...routes] })).type === 'failed';
  if (all.length === 0 || (await ends([]))) return [];
  let left: readonly IstioConfig[] = all;
  for (let causes = 0; causes < mostCauses; causes++) {
    const cause = await causeIn(left, ends);
    left = left.filter((one) => !cause.includes(one));
    if (!(await ends(left))) return all.filter((one) => !left.includes(one));
  }
  return all;
}

function isRoute({ object: { apiVersion, kind } }: IstioConfig): boolean {
  return apiVersion.startsWith('gateway.networking.k8s.io/') && kind.endsWith('Route');
}

/** Halves routes that end the engine until one of them does it alone, or until neither half does. */
async function causeIn(
  routes: readonly IstioConfig[],
  ends: (routes: readonly IstioConfig[]) => Promise<boolean>,
): Promise<readonly IstioConfig[]> {
  if (routes.length <= 1) return routes;
  const middle = Math.ceil(routes.length / 2);
  for (const half of [routes.slice(0, middle), routes.slice(middle)]) {
    if (await ends(half)) return causeIn(half, ends);
  }
  return routes;
}
