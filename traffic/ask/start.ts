import { type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import type { Envoy, Listener, SocketAddress } from '../envoy/config.ts';
import { type Connection, filterChainFor } from '../envoy/filter-chain.ts';
import type { HttpRequest } from '../envoy/request.ts';
import type { Mesh, MeshPod } from '../mesh/mesh.ts';
import { portsOf, selectorOf } from '../mesh/services.ts';
import { refused, walk } from '../way/walk.ts';
import type { Way } from '../way/way.ts';
import { addressFor, type Resolved, resolveHost } from './dns.ts';
import { gatewayListeners } from './listeners.ts';
import type { Start } from './proxies.ts';

/** The request of a query. */
export interface Query {
  readonly host: string;
  /** If absent, the query means each port of the host. */
  readonly port?: number | undefined;
  /** Path with its query. */
  readonly path: string;
  readonly method: string;
  /** Maps lower-case names to values. */
  readonly headers: ReadonlyMap<string, string>;
}

/** The way of a query on one port. */
export interface PortWay {
  readonly port: number | undefined;
  readonly way: Way;
  /** True if the proxy does not know the host, and another proxy may. */
  readonly isForeign?: boolean;
}

/** Returns the ways of a query from a proxy, one for each port that the query may mean. */
export function waysFrom(mesh: Mesh, start: Start, envoy: Envoy, query: Query): readonly PortWay[] {
  return start.proxy.type === 'router'
    ? waysThroughGateway(mesh, start, envoy, query)
    : waysFromCaller(mesh, start, envoy, query);
}

/** Returns the ways of a query through a gateway: one for its port, or for each port that the gateway listens on. */
function waysThroughGateway(
  mesh: Mesh,
  start: Start,
  envoy: Envoy,
  query: Query,
): readonly PortWay[] {
  const asked = gatewayListeners(mesh, start, envoy).filter(
    ({ port }) => query.port === undefined || query.port === port,
  );
  if (asked.length === 0) {
    const suffix = query.port === undefined ? '' : ` on port ${query.port}`;
    return [{ port: query.port, way: refused(`the gateway does not listen${suffix}`) }];
  }
  return asked.map(({ listener, bound, port }) => {
    const isTls = takesTls(listener, bound, query.host);
    const connection: Connection = {
      port: bound,
      application: 'http/1.1',
      transport: isTls ? 'tls' : 'raw_buffer',
      ...(isTls && { serverName: query.host }),
    };
    const request = requestOf(query, { scheme: isTls ? 'https' : 'http', port });
    const site = { envoy, pods: mesh.pods, original: () => [] };
    const way = walk(listener, { connection, request }, site);
    return { port, way, isForeign: way.outcome === 'refused' };
  });
}

/** Reports whether a listener accepts TLS for a host: its clients then use https. */
function takesTls(listener: Listener, port: number, host: string): boolean {
  const secured = filterChainFor(listener, { port, serverName: host, transport: 'tls' });
  return (
    secured !== undefined &&
    (secured.transportSocket !== undefined || secured.filterChainMatch?.serverNames !== undefined)
  );
}

function requestOf(
  { host, path, method, headers }: Query,
  { scheme, port }: { readonly scheme: 'http' | 'https'; readonly port: number },
): HttpRequest {
  const isDefault = port === (scheme === 'https' ? 443 : 80);
  const authority = headers.get('host') ?? (isDefault ? host : `${host}:${port}`);
  return { method, path, scheme, headers, authority };
}

/** Returns the ways of a query from a workload: one for its port, or for each port of the Service. */
function waysFromCaller(mesh: Mesh, start: Start, envoy: Envoy, query: Query): readonly PortWay[] {
  const resolved = resolveHost(mesh, start.proxy, query.host);
  if (resolved.type === 'unresolved') {
    const isForeign = !resolved.isElsewhere;
    return [{ port: query.port, way: refused(resolved.reason), isForeign }];
  }
  const ports = query.port === undefined ? portsAt(resolved) : [query.port];
  return ports.map((port) => {
    const address = addressFor(resolved);
    const listener = listenerFor(envoy, address, port);
    if (listener === undefined) {
      return { port, way: refused(`the caller's proxy does not listen on port ${port}`) };
    }
    const connection: Connection = {
      address,
      port,
      application: 'http/1.1',
      transport: 'raw_buffer',
    };
    const request = requestOf(query, { scheme: 'http', port });
    const original = () => originalAddresses(mesh, start, resolved, port);
    return {
      port,
      way: walk(listener, { connection, request }, { envoy, pods: mesh.pods, original }),
    };
  });
}

function portsAt(resolved: Resolved): readonly number[] {
  if (resolved.type !== 'service') return [80];
  return portsOf(resolved.service)
    .filter(({ protocol }) => protocol === 'TCP')
    .map(({ port }) => port);
}

/**
 * Returns the listener that handles a connection: the listener for its address and port, else the listener for its
 * port on any address, else the listener for all other connections.
 */
function listenerFor(
  { listeners }: Envoy,
  address: string | undefined,
  port: number,
): Listener | undefined {
  const bound = listeners.flatMap((listener) => {
    const at = listener.address?.socketAddress;
    return at === undefined ? [] : [{ listener, at }];
  });
  const onPort = bound.filter(({ at }) => at.portValue === port);
  const exact = onPort.find(({ at }) => at.address === address);
  const any = onPort.find(({ at }) => at.address === '0.0.0.0' || at.address === '::');
  return (exact ?? any)?.listener ?? listeners.find(({ name }) => name === 'virtualOutbound');
}

/** Returns the pods behind a Service on the caller's cluster, to which the cluster's own network leads. */
function originalAddresses(
  mesh: Mesh,
  { proxy }: Start,
  resolved: Resolved,
  port: number,
): readonly SocketAddress[] {
  if (resolved.type !== 'service')
    return [{ address: resolved.type === 'entry' ? resolved.host : '', portValue: port }];
  const external = valueAt(resolved.service, ['spec', 'externalName']);
  if (typeof external === 'string') return [{ address: external, portValue: port }];
  return podsBehind(mesh, proxy.cluster, resolved.service).map(({ address }) => ({ address }));
}

/** Returns the pods that a Service selects on a cluster. */
function podsBehind(mesh: Mesh, cluster: string, service: KubeObject): readonly MeshPod[] {
  const matchLabels = selectorOf(service);
  if (matchLabels === undefined) return [];
  const namespace = service.metadata.namespace ?? 'default';
  return [...mesh.pods.values()].filter(
    (pod) =>
      pod.cluster === cluster &&
      pod.namespace === namespace &&
      matchesLabels({ matchLabels }, pod.labels),
  );
}
