import { RE2JS } from 're2js';
import type { FractionalPercent, RedirectAction, Route, RouteAction } from '../envoy/config.ts';
import { type HttpRequest, hostOf, pathOf } from '../envoy/request.ts';
import { destinationOf, destinationsOf, type Site } from './destinations.ts';
import type { Fault, Mirror, Way } from './way.ts';

/** Returns what a route does with a request. */
export function wayOfRoute(route: Route, request: HttpRequest, site: Site): Way {
  const rule = route.metadata?.filterMetadata?.regatta;
  const base = { rule, fault: faultOf(route), destinations: [], mirrors: [] };
  if (route.redirect !== undefined) {
    const { status, location } = redirectionOf(route, route.redirect, request);
    return { ...base, outcome: 'redirected', status, location };
  }
  if (route.directResponse !== undefined) {
    return { ...base, outcome: 'answered', status: route.directResponse.status ?? 200 };
  }
  const action = route.route ?? {};
  return {
    ...base,
    outcome: 'forwarded',
    destinations: destinationsOf(action, site),
    mirrors: mirrorsOf(action, site),
    rewrite: { path: rewrittenPath(route, action, request), host: action.hostRewriteLiteral },
  };
}

const statuses: Readonly<Record<string, number>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};

function redirectionOf(route: Route, redirect: RedirectAction, request: HttpRequest) {
  const scheme = redirect.schemeRedirect ?? (redirect.httpsRedirect ? 'https' : request.scheme);
  const { pathRedirect, prefixRewrite, portRedirect } = redirect;
  const host = redirect.hostRedirect ?? hostOf(request.authority);
  const [, port] = /:(\d+)$/.exec(request.authority) ?? [];
  const kept = redirect.hostRedirect === undefined && scheme === request.scheme ? port : undefined;
  const shownPort = portRedirect ?? kept;
  const path =
    pathRedirect ??
    (prefixRewrite === undefined ? request.path : withPrefix(route, prefixRewrite, request));
  return {
    status: statuses[redirect.responseCode ?? ''] ?? 301,
    location: `${scheme}://${host}${shownPort === undefined ? '' : `:${shownPort}`}${path}`,
  };
}

/** Returns the path with the part that the route matched replaced. */
function withPrefix({ match = {} }: Route, prefix: string, request: HttpRequest): string {
  const matched = match.prefix ?? match.pathSeparatedPrefix ?? match.path ?? pathOf(request);
  return `${prefix}${request.path.slice(matched.length)}`;
}

function rewrittenPath(
  route: Route,
  { prefixRewrite, regexRewrite }: RouteAction,
  request: HttpRequest,
): string | undefined {
  if (prefixRewrite !== undefined) return withPrefix(route, prefixRewrite, request);
  const pattern = regexRewrite?.pattern?.regex;
  if (pattern === undefined) return undefined;
  const path = pathOf(request);
  const substitution = (regexRewrite?.substitution ?? '').replace(/\\(\d)/g, '$$$1');
  const changed = RE2JS.compile(pattern).matcher(path).replaceAll(substitution);
  return `${changed}${request.path.slice(path.length)}`;
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
