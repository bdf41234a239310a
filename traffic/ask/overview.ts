import type {
  Envoy,
  FilterChain,
  HeaderMatcher,
  Route,
  RouteConfiguration,
  RouteMatch,
} from '../envoy/config.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { destinationsOf, type Site } from '../way/destinations.ts';
import { wayOfRoute } from '../way/route.ts';
import { refused, routesOf } from '../way/walk.ts';
import type { Way } from '../way/way.ts';
import { gatewayListeners } from './listeners.ts';
import type { Start } from './proxies.ts';
import type { TrafficRow } from './report.ts';
import { waysFrom } from './start.ts';
import { nameOf } from './start-name.ts';

/** Returns a row for each rule of a gateway, or for each port of the Services that a workload can name. */
export function overviewOf(mesh: Mesh, start: Start, envoy: Envoy): readonly TrafficRow[] {
  return start.proxy.type === 'router'
    ? gatewayRows(mesh, start, envoy)
    : callerRows(mesh, start, envoy);
}

function callerRows(mesh: Mesh, start: Start, envoy: Envoy): readonly TrafficRow[] {
  const cluster = mesh.clusters.find(({ name }) => name === start.proxy.cluster);
  return (cluster?.services ?? []).flatMap(({ metadata }) => {
    const host = `${metadata.name}.${metadata.namespace ?? 'default'}`;
    const query = { host, path: '/', method: 'GET', headers: new Map<string, string>() };
    return waysFrom(mesh, start, envoy, query).map(({ port, way }) => ({
      host,
      port,
      path: '/',
      from: [nameOf(start)],
      way,
    }));
  });
}

function gatewayRows(mesh: Mesh, start: Start, envoy: Envoy): readonly TrafficRow[] {
  const site: Site = { envoy, pods: mesh.pods, original: () => [] };
  return gatewayListeners(mesh, start, envoy).flatMap(({ listener, port }) => {
    const { filterChains = [], defaultFilterChain } = listener;
    const chains = [...filterChains, ...(defaultFilterChain ? [defaultFilterChain] : [])];
    return chains
      .flatMap((chain) => chainRows(chain, site))
      .map((row) => ({ ...row, port, from: [nameOf(start)] }));
  });
}

type Row = Pick<TrafficRow, 'host' | 'path' | 'conditions' | 'way'>;

function chainRows({ filters = [], filterChainMatch }: FilterChain, site: Site): readonly Row[] {
  return filters.flatMap((filter) => {
    const routes = routesOf(filter, site);
    if (routes !== undefined) return routeRows(routes, site);
    const { cluster, weightedClusters } = filter.typedConfig ?? {};
    if (cluster === undefined && weightedClusters === undefined) return [];
    const targets = { ...(cluster && { cluster }), ...(weightedClusters && { weightedClusters }) };
    const destinations = destinationsOf(targets, site);
    const way: Way = { outcome: 'forwarded', destinations, mirrors: [] };
    return [{ host: filterChainMatch?.serverNames?.join(', ') ?? '*', path: '', way }];
  });
}

/** Returns a row for each rule of each host: several conditions of a rule lead to the same destinations. */
function routeRows({ virtualHosts = [] }: RouteConfiguration, site: Site): readonly Row[] {
  return virtualHosts.flatMap(({ domains = [], routes = [] }) => {
    const host = domains[0] ?? '*';
    if (routes.length === 0) {
      return [{ host, path: '/', way: refused('no route leads from this host', 404) }];
    }
    const rules = Map.groupBy(routes, ruleOf);
    return [...rules.values()].flatMap((same) =>
      same.slice(0, 1).map((route) => ({
        host,
        path: pathOf(route.match ?? {}),
        ...conditionsOf(route.match ?? {}),
        way: wayOfRoute(route, requestFor(host, route), site),
      })),
    );
  });
}

function ruleOf(route: Route): unknown {
  const rule = route.metadata?.filterMetadata?.regatta;
  return rule === undefined ? route : `${rule.ref} ${rule.rule}`;
}

/** Returns the path of a condition in its own form: a prefix ends with `*`, and an expression begins with `~`. */
function pathOf({ path, prefix, pathSeparatedPrefix, safeRegex }: RouteMatch): string {
  if (path !== undefined) return path;
  if (safeRegex !== undefined) return `~${safeRegex.regex ?? ''}`;
  return `${pathSeparatedPrefix ?? prefix ?? '/'}*`;
}

function conditionsOf({ headers = [], queryParameters = [] }: RouteMatch): Pick<Row, 'conditions'> {
  const conditions = [
    ...headers.map((one) => conditionOf(one, one.invertMatch)),
    ...queryParameters.map((one) => conditionOf({ ...one, name: `?${one.name ?? ''}` })),
  ];
  return conditions.length === 0 ? {} : { conditions };
}

/** Words a condition like a path: `*` stands for any text, and an expression begins with `~`. */
function conditionOf(
  { name = '', stringMatch }: Pick<HeaderMatcher, 'name' | 'stringMatch'>,
  isInverted = false,
): string {
  const { exact, prefix, suffix, contains, safeRegex } = stringMatch ?? {};
  const patterns = [
    exact,
    prefix && `${prefix}*`,
    suffix && `*${suffix}`,
    contains && `*${contains}*`,
    safeRegex && `~${safeRegex.regex ?? ''}`,
  ];
  const pattern = patterns.find((one) => one !== undefined);
  const text = pattern === undefined ? name : `${name}=${pattern}`;
  return isInverted ? `not ${text}` : text;
}

function requestFor(authority: string, { match = {} }: Route) {
  const path = match.path ?? match.pathSeparatedPrefix ?? match.prefix ?? '/';
  return { method: 'GET', authority, path, scheme: 'http', headers: new Map() } as const;
}
