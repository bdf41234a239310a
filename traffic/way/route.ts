import type { FractionalPercent, Route, RouteAction } from '../envoy/config.ts';
import { isAnsweredPreflight } from '../envoy/cors.ts';
import { isGrpc, ownAnswer } from '../envoy/grpc.ts';
import type { HttpRequest } from '../envoy/request.ts';
import { destinationOf, destinationsOf, type Site } from './destinations.ts';
import { redirectionOf, rewrittenPath } from './rewrite.ts';
import type { Destination, Fault, Mirror, Way } from './way.ts';

/** Returns what a route does with a request. */
export function wayOfRoute(route: Route, request: HttpRequest, site: Site): Way {
  const rule = route.metadata?.filterMetadata?.regatta;
  const base = { rule, fault: faultOf(route), destinations: [], mirrors: [] };
  if (route.redirect !== undefined) {
    return { ...base, outcome: 'redirected', ...redirectionOf(route, route.redirect, request) };
  }
  if (route.directResponse !== undefined) {
    const answer = ownAnswer(request, route.directResponse.status ?? 200);
    return { ...base, outcome: 'answered', ...answer };
  }
  if (isAnsweredPreflight(route, request)) return { ...base, outcome: 'answered', status: 200 };
  const action = route.route ?? {};
  return {
    ...base,
    outcome: 'forwarded',
    destinations: destinationsOf(action, site).map((one) => answeredTo(request, one)),
    mirrors: mirrorsOf(action, site),
    rewrite: { path: rewrittenPath(route, action, request), host: action.hostRewriteLiteral },
  };
}

/** Returns a destination with the answer that a caller of gRPC gets if there are no endpoints. */
function answeredTo(request: HttpRequest, destination: Destination): Destination {
  if (!isGrpc(request) || destination.endpoints.length > 0) return destination;
  const { status, grpcStatus } = ownAnswer(request, destination.statusWithoutEndpoints ?? 503);
  return {
    ...destination,
    statusWithoutEndpoints: status,
    ...(grpcStatus !== undefined && { grpcStatusWithoutEndpoints: grpcStatus }),
  };
}

function mirrorsOf({ requestMirrorPolicies = [] }: RouteAction, site: Site): readonly Mirror[] {
  return requestMirrorPolicies.map(({ cluster = '', runtimeFraction }) => ({
    destination: destinationOf(cluster, 1, site),
    share: runtimeFraction === undefined ? 1 : partOf(runtimeFraction.defaultValue),
  }));
}

const denominators = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 } as const;

function partOf({ numerator = 0, denominator = 'HUNDRED' }: FractionalPercent = {}): number {
  return Math.min(1, numerator / denominators[denominator]);
}

/** The configuration of Envoy's filter for faults. */
interface HttpFault {
  readonly abort?: { readonly httpStatus?: number; readonly percentage?: FractionalPercent };
  readonly delay?: { readonly fixedDelay?: string; readonly percentage?: FractionalPercent };
}

function faultOf({ typedPerFilterConfig = {} }: Route): Fault | undefined {
  const given = typedPerFilterConfig['envoy.filters.http.fault'] as HttpFault | undefined;
  if (given === undefined) return undefined;
  const { abort, delay } = given;
  return {
    abort: abort && { status: abort.httpStatus ?? 0, share: partOf(abort.percentage) },
    delay: delay && { duration: delay.fixedDelay ?? '0s', share: partOf(delay.percentage) },
  };
}
