import type { Filter, FilterChain, Listener, RouteConfiguration } from '../envoy/config.ts';
import { type Connection, filterChainFor } from '../envoy/filter-chain.ts';
import { ownAnswer } from '../envoy/grpc.ts';
import { type HttpRequest, hostOf, normalPath } from '../envoy/request.ts';
import { routeFor, virtualHostFor } from '../envoy/virtual-host.ts';
import { destinationsOf, type Site } from './destinations.ts';
import { wayOfRoute } from './route.ts';
import type { Way } from './way.ts';

/** A request with the connection that carries it. */
export interface Journey {
  readonly connection: Connection;
  readonly request: HttpRequest;
}

/** Returns the way of a request that reaches a listener of a proxy. */
export function walk(listener: Listener, journey: Journey, site: Site): Way {
  const chain = filterChainFor(listener, journey.connection);
  if (chain === undefined) return refused('no filter chain of the listener accepts the connection');
  return wayThrough(chain, journey, site);
}

/** Returns the way of a request that nothing forwards. */
export function refused(reason: string, status?: number): Way {
  return { outcome: 'refused', reason, status, destinations: [], mirrors: [] };
}

function wayThrough({ filters = [] }: FilterChain, journey: Journey, site: Site): Way {
  for (const filter of filters) {
    const routes = routesOf(filter, site);
    if (routes !== undefined) return wayOfHttp(routes, journey, filter, site);
    const { cluster, weightedClusters } = filter.typedConfig ?? {};
    if (cluster === undefined && weightedClusters === undefined) continue;
    const targets = { ...(cluster && { cluster }), ...(weightedClusters && { weightedClusters }) };
    const destinations = destinationsOf(targets, site);
    return { outcome: 'forwarded', destinations, mirrors: [] };
  }
  return refused('no filter of the listener forwards the connection');
}

function notFound(reason: string, request: HttpRequest): Way {
  return { ...refused(reason), ...ownAnswer(request, 404) };
}

/** Returns the way that routes lead. The proxy forwards the path as it normalised it. */
function wayOfHttp(routes: RouteConfiguration, given: Journey, filter: Filter, site: Site): Way {
  const journey = normalised(given, filter);
  const way = wayByRoutes(routes, journey, site);
  const { path } = journey.request;
  if (path === given.request.path || way.rewrite === undefined) return way;
  return { ...way, rewrite: { ...way.rewrite, path: way.rewrite.path ?? path } };
}

/** Returns a journey with the path that the routes of a filter see. */
function normalised({ connection, request }: Journey, { typedConfig = {} }: Filter): Journey {
  if (typedConfig.normalizePath !== true) return { connection, request };
  return { connection, request: { ...request, path: normalPath(request.path) } };
}

/** Returns the routes of a filter for HTTP; undefined for any other filter. */
export function routesOf(
  { typedConfig = {} }: Filter,
  { envoy }: Site,
): RouteConfiguration | undefined {
  if (typedConfig.routeConfig !== undefined) return typedConfig.routeConfig;
  const name = typedConfig.rds?.routeConfigName;
  return name === undefined ? undefined : (envoy.routes.get(name) ?? { name });
}

function wayByRoutes(
  routes: RouteConfiguration,
  { connection, request }: Journey,
  site: Site,
): Way {
  const host = virtualHostFor(routes, request.authority);
  const name = hostOf(request.authority);
  if (host === undefined) return notFound(`no route has the host ${name}`, request);
  if (host.requireTls === 'ALL' && connection.transport !== 'tls') {
    const location = `https://${name}${request.path}`;
    return { outcome: 'redirected', status: 301, location, destinations: [], mirrors: [] };
  }
  const route = routeFor(host, request);
  if (route === undefined) {
    return notFound(`no route of the host ${name} matches the request`, request);
  }
  return wayOfRoute(route, request, site);
}
