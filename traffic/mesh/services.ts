import { isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import type { Addresses } from './addresses.ts';

/** A port of a Service. */
export interface ServicePort {
  readonly name: string | undefined;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol: string | undefined;
  /** Number, or name of a container port. */
  readonly targetPort: number | string;
}

/** Returns Services with an address each, except headless and external ones. */
export function servicesOf(
  rendered: readonly KubeObject[],
  addresses: Addresses,
): readonly KubeObject[] {
  return rendered.map((service) => {
    const spec = isFieldMap(service['spec']) ? service['spec'] : {};
    if (spec['type'] === 'ExternalName' || spec['clusterIP'] === 'None') return service;
    const clusterIP = addresses.service();
    return { ...service, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } };
  });
}

/** Returns the ports of a Service. */
export function portsOf(service: KubeObject): readonly ServicePort[] {
  const ports = valueAt(service, ['spec', 'ports']);
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((given: unknown): readonly ServicePort[] => {
    if (!isFieldMap(given) || typeof given['port'] !== 'number') return [];
    const { name, port, protocol, appProtocol, targetPort } = given;
    const isTarget = typeof targetPort === 'number' || typeof targetPort === 'string';
    return [
      {
        name: textOf(name),
        port,
        appProtocol: textOf(appProtocol),
        protocol: textOf(protocol) ?? 'TCP',
        targetPort: isTarget ? targetPort : port,
      },
    ];
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Returns the labels that a Service selects pods by; undefined without a selector, and for an external Service. */
export function selectorOf(service: KubeObject): Readonly<Record<string, string>> | undefined {
  const selector = valueAt(service, ['spec', 'selector']);
  if (valueAt(service, ['spec', 'type']) === 'ExternalName') return undefined;
  if (!isFieldMap(selector) || Object.keys(selector).length === 0) return undefined;
  return selector as Readonly<Record<string, string>>;
}

/** Returns the address of a Service; undefined for a headless or external one. */
export function addressOf(service: KubeObject): string | undefined {
  const address = valueAt(service, ['spec', 'clusterIP']);
  return typeof address === 'string' && address !== 'None' ? address : undefined;
}
