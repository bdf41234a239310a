import { matchesLabels } from '#model/selector.ts';
import type { Envoy, Listener } from '../envoy/config.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { portsOf, selectorOf } from '../mesh/services.ts';
import type { Start } from './proxies.ts';

/** A listener of a gateway. */
export interface GatewayListener {
  readonly listener: Listener;
  /** The port of the gateway's pods. */
  readonly bound: number;
  /** The port of the gateway's Service, which clients use; the port of the pods if no Service leads there. */
  readonly port: number;
}

/** Returns the listeners of a gateway that take requests from clients. */
export function gatewayListeners(
  mesh: Mesh,
  start: Start,
  { listeners }: Envoy,
): readonly GatewayListener[] {
  const mapped = portMap(mesh, start);
  return listeners.flatMap((listener) => {
    const bound = listener.address?.socketAddress?.portValue;
    return bound === undefined ? [] : [{ listener, bound, port: mapped.get(bound) ?? bound }];
  });
}

/** Returns the ports of the Services of a gateway, by the ports of its pods. */
function portMap(mesh: Mesh, { proxy }: Start): ReadonlyMap<number, number> {
  const cluster = mesh.clusters.find(({ name }) => name === proxy.cluster);
  const own = (cluster?.services ?? []).filter((service) => {
    const matchLabels = selectorOf(service);
    if (matchLabels === undefined || service.metadata.namespace !== proxy.namespace) return false;
    return matchesLabels({ matchLabels }, proxy.labels);
  });
  const ports = own.flatMap(portsOf).filter(({ targetPort }) => typeof targetPort === 'number');
  return new Map(ports.map(({ targetPort, port }) => [Number(targetPort), port]));
}
