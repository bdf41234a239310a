import { gvkOf, type KubeObject, valueAt } from '#model/object.ts';
import { type RouteChecks, reportFault } from './faults.ts';
import { itemsAt, namespaceOf, type RouteObject, textAt } from './routes.ts';

/**
 * Reports hosts of routes that none of their Gateways serves, if the Gateways serve another host of the route. Istio's analyzer reports a
 * VirtualService without any host of its Gateway.
 */
export function reportUncoveredHosts(checks: RouteChecks): void {
  const gateways = new Map(
    checks.objects.mesh.config
      .filter(({ kind }) => kind === 'Gateway')
      .map((gateway) => [idOf(gateway), gateway] as const),
  );
  for (const route of checks.routes) {
    const { object, hosts, gateways: names, isForMesh } = route;
    const known = names.flatMap((name) => gateways.get(keyFor(route, name)) ?? []);
    if (names.length === 0 || isForMesh || known.length < names.length) continue;
    const served = known.flatMap((gateway) => hostsOf(gateway, namespaceOf(object)));
    const lacking = hosts.filter(({ host }) => !served.some((one) => overlap(one, host)));
    const isOfIstio = object.kind === 'VirtualService' && lacking.length === hosts.length;
    for (const { host, path } of isOfIstio ? [] : lacking) {
      reportFault(checks, {
        object,
        path,
        code: 'mesh/host-not-in-gateway',
        severity: 'warning',
        words: `Gateway ${names.join(', ')} does not serve host ${host}, so no request for it reaches this route`,
        hint: 'add the host to the Gateway, or remove it here',
      });
    }
  }
}

function idOf(gateway: KubeObject): string {
  return `${gvkOf(gateway).group} ${namespaceOf(gateway)}/${gateway.metadata.name}`;
}

function keyFor({ object }: RouteObject, name: string): string {
  return `${gvkOf(object).group} ${name}`;
}

/** Returns the hosts that a Gateway serves for routes of a namespace; `*` for every host. */
function hostsOf(gateway: KubeObject, namespace: string): readonly string[] {
  const servers = itemsAt(gateway, ['spec', 'servers']);
  const ofServers = servers.flatMap((server) => itemsAt(server, ['hosts']).map(String));
  const own = ofServers.flatMap((host) => {
    const [space, name = ''] = host.includes('/') ? host.split('/') : ['*', host];
    const isOpen = space === '*' || space === namespace;
    return isOpen || (space === '.' && namespaceOf(gateway) === namespace) ? [name] : [];
  });
  const listeners = itemsAt(gateway, ['spec', 'listeners']);
  return [...own, ...listeners.map((one) => textAt(one, ['hostname']) || '*')];
}

/** Reports whether some host matches both of two names, which may start with `*`. */
export function overlap(a: string, b: string): boolean {
  const [x, y] = [a, b].map((name) => name.toLowerCase());
  if (x === undefined || y === undefined || x === y) return true;
  if (x.startsWith('*') && y.startsWith('*')) {
    return x.endsWith(y.slice(1)) || y.endsWith(x.slice(1));
  }
  if (x.startsWith('*')) return y.endsWith(x.slice(1));
  return y.startsWith('*') && x.endsWith(y.slice(1));
}

/** Returns the labels of the workload that a Gateway of Istio configures. */
export function gatewaySelector(gateway: KubeObject): Readonly<Record<string, string>> {
  return Object(valueAt(gateway, ['spec', 'selector']));
}
