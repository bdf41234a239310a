/** The parts of Envoy's configuration that decide the way of a request, in the JSON form of Envoy's own types. */
import type { IstioAnswer, ProxyConfig, RouteOrigin } from '#model/istio-engine.ts';

export interface Listener {
  readonly name?: string;
  readonly address?: { readonly socketAddress?: SocketAddress };
  readonly filterChains?: readonly FilterChain[];
  readonly defaultFilterChain?: FilterChain;
  readonly useOriginalDst?: boolean;
  readonly trafficDirection?: string;
}

export interface SocketAddress {
  readonly address?: string;
  readonly portValue?: number;
}

export interface FilterChain {
  readonly name?: string;
  readonly filterChainMatch?: FilterChainMatch;
  readonly filters?: readonly Filter[];
  readonly transportSocket?: unknown;
}

export interface FilterChainMatch {
  readonly destinationPort?: number;
  readonly prefixRanges?: readonly {
    readonly addressPrefix?: string;
    readonly prefixLen?: number;
  }[];
  readonly serverNames?: readonly string[];
  readonly transportProtocol?: string;
  readonly applicationProtocols?: readonly string[];
}

export interface Filter {
  readonly name?: string;
  readonly typedConfig?: {
    readonly '@type'?: string;
    readonly rds?: { readonly routeConfigName?: string };
    readonly routeConfig?: RouteConfiguration;
    readonly normalizePath?: boolean;
    readonly cluster?: string;
    readonly weightedClusters?: WeightedClusters;
  };
}

export interface RouteConfiguration {
  readonly name?: string;
  readonly virtualHosts?: readonly VirtualHost[];
}

export interface VirtualHost {
  readonly name?: string;
  readonly domains?: readonly string[];
  readonly routes?: readonly Route[];
  readonly requireTls?: 'NONE' | 'EXTERNAL_ONLY' | 'ALL';
}

export interface Route {
  readonly name?: string;
  readonly match?: RouteMatch;
  readonly route?: RouteAction;
  readonly redirect?: RedirectAction;
  readonly directResponse?: {
    readonly status?: number;
    readonly body?: { readonly inlineString?: string };
  };
  readonly metadata?: { readonly filterMetadata?: { readonly regatta?: RouteOrigin } };
  readonly typedPerFilterConfig?: Readonly<Record<string, unknown>>;
}

export interface RouteMatch {
  readonly prefix?: string;
  readonly path?: string;
  readonly pathSeparatedPrefix?: string;
  readonly safeRegex?: { readonly regex?: string };
  /** Absent means true. */
  readonly caseSensitive?: boolean;
  readonly headers?: readonly HeaderMatcher[];
  readonly queryParameters?: readonly QueryParameterMatcher[];
  /** Present if only gRPC requests match. */
  readonly grpc?: unknown;
}

export interface StringMatcher {
  readonly exact?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly contains?: string;
  readonly safeRegex?: { readonly regex?: string };
  readonly ignoreCase?: boolean;
}

export interface HeaderMatcher {
  readonly name?: string;
  readonly stringMatch?: StringMatcher;
  readonly presentMatch?: boolean;
  /** Matches numbers from `start`, below `end`. Numbers of 64 bits are texts in JSON. */
  readonly rangeMatch?: { readonly start?: string; readonly end?: string };
  readonly invertMatch?: boolean;
  readonly treatMissingHeaderAsEmpty?: boolean;
  /** Former forms of `stringMatch`. */
  readonly exactMatch?: string;
  readonly prefixMatch?: string;
  readonly suffixMatch?: string;
  readonly containsMatch?: string;
  readonly safeRegexMatch?: { readonly regex?: string };
}

export interface QueryParameterMatcher {
  readonly name?: string;
  readonly stringMatch?: StringMatcher;
  readonly presentMatch?: boolean;
}

export interface WeightedClusters {
  readonly clusters?: readonly { readonly name?: string; readonly weight?: number }[];
}

/** Replaces what an expression matches. `\1` in the substitution stands for its first group. */
interface RegexRewrite {
  readonly pattern?: { readonly regex?: string };
  readonly substitution?: string;
}

export interface RouteAction {
  readonly cluster?: string;
  /** What the proxy answers if it does not know the cluster. Absent means SERVICE_UNAVAILABLE. */
  readonly clusterNotFoundResponseCode?: string;
  readonly weightedClusters?: WeightedClusters;
  readonly prefixRewrite?: string;
  readonly regexRewrite?: RegexRewrite;
  readonly hostRewriteLiteral?: string;
  readonly requestMirrorPolicies?: readonly {
    readonly cluster?: string;
    readonly runtimeFraction?: { readonly defaultValue?: FractionalPercent };
  }[];
}

/** The configuration of Envoy's filter for CORS. */
export interface CorsPolicy {
  readonly allowOriginStringMatch?: readonly StringMatcher[];
  /** Absent means true. */
  readonly forwardNotMatchingPreflights?: boolean;
}

export interface FractionalPercent {
  readonly numerator?: number;
  readonly denominator?: 'HUNDRED' | 'TEN_THOUSAND' | 'MILLION';
}

export interface RedirectAction {
  readonly hostRedirect?: string;
  readonly pathRedirect?: string;
  readonly prefixRewrite?: string;
  readonly regexRewrite?: RegexRewrite;
  readonly stripQuery?: boolean;
  readonly portRedirect?: number;
  readonly schemeRedirect?: string;
  readonly httpsRedirect?: boolean;
  readonly responseCode?: string;
}

export interface Cluster {
  readonly name?: string;
  readonly type?: string;
  readonly edsClusterConfig?: { readonly serviceName?: string };
  readonly loadAssignment?: LoadAssignment;
  readonly commonLbConfig?: { readonly localityWeightedLbConfig?: unknown };
}

export interface LoadAssignment {
  readonly clusterName?: string;
  readonly endpoints?: readonly LocalityEndpoints[];
  readonly policy?: { readonly overprovisioningFactor?: number };
}

export interface LocalityEndpoints {
  readonly locality?: {
    readonly region?: string;
    readonly zone?: string;
    readonly subZone?: string;
  };
  readonly lbEndpoints?: readonly LbEndpoint[];
  readonly loadBalancingWeight?: number;
  readonly priority?: number;
}

export interface LbEndpoint {
  readonly endpoint?: { readonly address?: { readonly socketAddress?: SocketAddress } };
  readonly healthStatus?: string;
  readonly loadBalancingWeight?: number;
}

/** The configuration of one proxy, by the names that its parts refer to. */
export interface Envoy {
  readonly listeners: readonly Listener[];
  readonly routes: ReadonlyMap<string, RouteConfiguration>;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly endpoints: ReadonlyMap<string, LoadAssignment>;
}

/** Returns a proxy's configuration. */
export function envoyOf({ listeners, routes, clusters, endpoints }: ProxyConfig): Envoy {
  const named = <T extends { readonly name?: string }>(all: readonly T[]) =>
    new Map(all.map((one) => [one.name ?? '', one]));
  const assignments = endpoints as readonly LoadAssignment[];
  return {
    listeners: listeners as readonly Listener[],
    routes: named(routes as readonly RouteConfiguration[]),
    clusters: named(clusters as readonly Cluster[]),
    endpoints: new Map(assignments.map((one) => [one.clusterName ?? '', one])),
  };
}

/** Returns the configurations of an answer, by the ids of their proxies. Leaves out those that the engine could not make. */
export function envoysOf({ proxies }: IstioAnswer): ReadonlyMap<string, Envoy> {
  return new Map(
    proxies.filter(({ error }) => error === undefined).map((proxy) => [proxy.id, envoyOf(proxy)]),
  );
}
