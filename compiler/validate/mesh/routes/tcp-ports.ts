import { type RouteChecks, reportFault } from './faults.ts';
import { type Destination, namespaceOf, type RouteObject } from './routes.ts';
import { type NamedPort, portsOf, type ServiceName, serviceNameOf, serviceOn } from './services.ts';

/** Reports HTTP routes for hosts and to destinations whose port Istio treats as TCP. */
export function reportTcpPorts(checks: RouteChecks): void {
  for (const route of checks.routes) {
    const rules = route.rules.filter(({ protocol }) => protocol === 'http');
    const own = rules.length > 0 ? opaqueHosts(checks, route) : [];
    const destinations = rules.flatMap((rule) => rule.destinations);
    // The destination is mostly the host itself.
    const opaque = own.length > 0 ? own : opaqueDestinations(checks, route, destinations);
    for (const one of opaque) report(checks, one);
  }
}

/** Returns the hosts that have no port for HTTP. Callers in the mesh reach them without the HTTP rules. */
function opaqueHosts(checks: RouteChecks, route: RouteObject): readonly TcpPort[] {
  const { object, hosts, isForMesh } = route;
  if (!isForMesh || object.kind !== 'VirtualService') return [];
  return hosts.flatMap(({ host, path }) => {
    const service = serviceNameOf(host, namespaceOf(object));
    const ports = service === undefined ? [] : portsIn(checks, service);
    const [port] = ports;
    if (service === undefined || port === undefined || !ports.every(({ isTcp }) => isTcp))
      return [];
    return [{ object, path, service, port }];
  });
}

function opaqueDestinations(
  checks: RouteChecks,
  { object }: RouteObject,
  destinations: readonly Destination[],
): readonly TcpPort[] {
  return destinations.flatMap(({ service, path, port }) => {
    const ports = service === undefined ? [] : portsIn(checks, service);
    const used = ports.find(({ number }) => number === (port ?? ports[0]?.number));
    return service !== undefined && used?.isTcp ? [{ object, path, service, port: used }] : [];
  });
}

function portsIn({ objects }: RouteChecks, service: ServiceName): readonly NamedPort[] {
  const [first] = serviceOn(objects, service);
  return first === undefined ? [] : portsOf(first.object);
}

interface TcpPort extends Pick<RouteObject, 'object'> {
  readonly path: readonly string[];
  readonly service: ServiceName;
  readonly port: NamedPort;
}

function report(checks: RouteChecks, { object, path, service, port }: TcpPort): void {
  const by = port.protocol === '' ? '' : ` (${port.protocol})`;
  reportFault(checks, {
    object,
    path,
    code: 'mesh/tcp-port',
    severity: 'warning',
    words: `Istio treats port ${port.number}${by} of Service ${service.namespace}/${service.name} as TCP, but this route is for HTTP`,
    hint: 'start the name of the port with http, or set its appProtocol; write the rules for TCP if the protocol is not HTTP',
  });
}
