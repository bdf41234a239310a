import { type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import type { MadePod } from './pods.ts';
import { portsOf, type ServicePort, selectorOf } from './services.ts';

/** Returns the EndpointSlices of the Services that select pods, as Kubernetes would write them. */
export function endpointSlicesOf(
  services: readonly KubeObject[],
  pods: readonly MadePod[],
): readonly KubeObject[] {
  // The pods of a workload have the same labels and containers, so one pod is enough to check all of them.
  const workloads = Map.groupBy(pods, ({ pod }) => pod.labels);
  const byNamespace = Map.groupBy(workloads.values(), ([one]) => one?.pod.namespace);
  return services.flatMap((service) => {
    const matchLabels = selectorOf(service);
    if (matchLabels === undefined) return [];
    const near = byNamespace.get(service.metadata.namespace ?? 'default') ?? [];
    const selected = near.filter(([one]) => matchesLabels({ matchLabels }, one?.pod.labels ?? {}));
    // Pods that resolve a named port differently are in separate slices.
    const alike = Map.groupBy(selected, ([one]) =>
      one === undefined ? '' : JSON.stringify(slicePorts(service, one.object)),
    );
    return [...alike.values()].map((some, index) => sliceOf(service, some.flat(), index));
  });
}

function sliceOf(service: KubeObject, pods: readonly MadePod[], index: number): KubeObject {
  const { name, namespace = 'default' } = service.metadata;
  const [first] = pods;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${index}`,
      namespace,
      labels: { 'kubernetes.io/service-name': name },
    },
    addressType: 'IPv4',
    ports: first === undefined ? [] : slicePorts(service, first.object),
    endpoints: pods.map(({ pod }) => ({
      addresses: [pod.address],
      conditions: { ready: true, serving: true },
      nodeName: pod.cluster,
      targetRef: { kind: 'Pod', name: pod.name, namespace: pod.namespace },
    })),
  };
}

/** Returns the ports of a Service that a pod has, with the numbers that the pod gives them. */
function slicePorts(service: KubeObject, pod: KubeObject): readonly unknown[] {
  return portsOf(service).flatMap((port) => {
    const number = targetOf(port, pod);
    if (number === undefined) return [];
    const { name = '', protocol, appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

function targetOf({ targetPort, protocol }: ServicePort, pod: KubeObject): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  const containers = valueAt(pod, ['spec', 'containers']);
  const ports = (Array.isArray(containers) ? containers : []).flatMap((container) => {
    const own = valueAt(container, ['ports']);
    return Array.isArray(own) ? own : [];
  });
  const found = ports.find(
    (port) =>
      valueAt(port, ['name']) === targetPort && (valueAt(port, ['protocol']) ?? 'TCP') === protocol,
  );
  const number = valueAt(found, ['containerPort']);
  return typeof number === 'number' ? number : undefined;
}
