import { isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import type { AnalyzedPod } from '../analyzed.ts';
import type { MeshObjects } from '../mesh-objects.ts';

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** Returns the Service that a host names; undefined for a wildcard and for a name of another domain. */
export function serviceNameOf(host: string, namespace: string): ServiceName | undefined {
  const [, name, other] =
    /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?$/.exec(host) ?? [];
  return name === undefined ? undefined : { namespace: other ?? namespace, name };
}

/** Returns the full host name of a Service. */
export function fullName({ namespace, name }: ServiceName): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** Returns a Service as each cluster of the mesh that has it renders it. */
export function serviceOn(
  objects: MeshObjects,
  { namespace, name }: ServiceName,
): readonly { readonly cluster: string; readonly object: KubeObject }[] {
  return objects.everywhere(`/Service/${namespace}/${name}`);
}

/** Returns the pods that get the requests of a Service, in clusters that have the Service; undefined if Kubernetes does not select them. */
export function podsBehind(
  objects: MeshObjects,
  service: ServiceName,
): readonly AnalyzedPod[] | undefined {
  const all = serviceOn(objects, service);
  const selectors = all.map(({ cluster, object }) => {
    const matchLabels = valueAt(object, ['spec', 'selector']);
    const isSelecting =
      isFieldMap(matchLabels) &&
      Object.keys(matchLabels).length > 0 &&
      valueAt(object, ['spec', 'type']) !== 'ExternalName';
    return isSelecting
      ? { cluster, matchLabels: matchLabels as Readonly<Record<string, string>> }
      : undefined;
  });
  if (all.length === 0) return undefined;
  return selectors.some((one) => one === undefined)
    ? undefined
    : selectors.flatMap((one) =>
        objects
          .podsIn(one?.cluster ?? '', service.namespace)
          .filter(({ labels }) => matchesLabels({ matchLabels: one?.matchLabels }, labels)),
      );
}

/** A port of a Service as Istio reads it. */
export interface NamedPort {
  readonly number: number;
  /** `appProtocol`, or else the name of the port; '' without either. */
  readonly protocol: string;
  readonly targetPort: unknown;
  readonly isTcp: boolean;
}

/** Ports that Istio treats as TCP without a protocol, because their servers speak first or are never HTTP. */
const serverFirst: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

const tcp = /^(tcp|mysql|mongo|redis)(-|$)/i;

/** Names by which Istio knows that a port is not TCP, or finds out by itself. */
const known = /^(http2?|https|tls|grpc(-web)?|hbone|udp|kubernetes\.io\/.*)(-|$)/i;

/** Returns the ports of a Service. */
export function portsOf(service: KubeObject): readonly NamedPort[] {
  const ports = valueAt(service, ['spec', 'ports']);
  return (Array.isArray(ports) ? ports : []).filter(isFieldMap).map((port) => {
    const words = String(port['appProtocol'] ?? port['name'] ?? '');
    const number = Number(port['port']);
    const isByNumber = serverFirst.has(number) && !known.test(words);
    return {
      number,
      protocol: words,
      targetPort: port['targetPort'] ?? number,
      isTcp: (port['protocol'] ?? 'TCP') === 'TCP' && (tcp.test(words) || isByNumber),
    };
  });
}
