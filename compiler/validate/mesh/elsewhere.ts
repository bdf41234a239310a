import type { IstioMessage } from '#model/istio-engine.ts';
import { isFieldMap, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import { referenceIn } from './fields.ts';
import { injectLabel, type MeshObjects, rootNamespace } from './mesh-objects.ts';

/**
 * Reports whether a message is about something that clusters have: something that the fleet does not render, a workload
 * of another cluster, or a port of a Gateway that its Service has.
 */
export function livesElsewhere(message: IstioMessage, objects: MeshObjects): boolean {
  if (message.code === 'IST0146') return isInjected(message, objects);
  if (message.code === 'IST0140') return isOfOtherService(message, objects);
  if (message.code === 'IST0162') return isServed(message, objects);
  if (message.code === 'IST0127') return hasWorkload(message, objects);
  const namespace = namespaceIn(message);
  if (namespace === undefined) return false;
  const isOther = !objects.namespaces.has(namespace);
  if (referenceIn(message)?.type !== 'namespace') return isOther;
  return isOther && (isInstalled(namespace) || objects.all('/Namespace').length === 0);
}

/**
 * Reports whether Istio's default webhooks, which its installation makes, give the pods of a Deployment their proxy. The
 * analyzer knows only webhooks that the fleet renders.
 */
function isInjected({ object: about }: IstioMessage, objects: MeshObjects): boolean {
  const webhooks = objects.all('admissionregistration.k8s.io/MutatingWebhookConfiguration');
  if (webhooks.length > 0) return false;
  const deployment = objects
    .all('apps/Deployment')
    .find(
      ({ metadata: { name, namespace } }) => name === about?.name && namespace === about.namespace,
    );
  const own = labelsAt(deployment, ['spec', 'template', 'metadata', 'labels'])?.[injectLabel];
  if (own !== undefined) return own === 'true';
  const [namespace] = objects.everywhere(`/Namespace//${about?.namespace}`);
  const { labels = {} } = namespace?.object.metadata ?? {};
  return labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined;
}

/**
 * Reports whether the subset of a VirtualService does not concern the routes of another one: the analyzer compares hosts without their
 * namespaces, and takes the gateway `mesh` for a gateway.
 */
function isOfOtherService({ message, object: about }: IstioMessage, objects: MeshObjects): boolean {
  const [, namespace, name] = /virtual service ([^/ ]+)\/(\S+) has no effect/.exec(message) ?? [];
  if (namespace !== about?.namespace || name === about?.name) return true;
  const own = objects
    .config('networking.istio.io', 'VirtualService')
    .find(({ metadata }) => metadata.name === about?.name && metadata.namespace === namespace);
  const gateways = valueAt(own, ['spec', 'gateways']);
  return Array.isArray(gateways) && gateways.every((gateway) => gateway === 'mesh');
}

/** Reports whether Kubernetes, or the installation of Istio, makes a namespace. */
function isInstalled(namespace: string): boolean {
  return (
    ['default', rootNamespace, 'istio-ingress'].includes(namespace) || /^kube-/.test(namespace)
  );
}

/** Returns the namespace of what a message did not find; undefined if it is the namespace of its object. */
function namespaceIn(message: IstioMessage): string | undefined {
  const { type, name } = referenceIn(message) ?? {};
  if (name === undefined) return undefined;
  if (type === 'namespace') return name;
  if (type === 'gateway') return name.includes('/') ? name.split('/')[0] : undefined;
  const [, namespace] = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(name) ?? [];
  return namespace;
}

/** Reports whether a member has a workload with the labels of a message. The analyzer knows only the control plane's cluster. */
function hasWorkload({ message, object: about }: IstioMessage, { mesh }: MeshObjects): boolean {
  const [, text = ''] = /following labels: (.*)$/.exec(message) ?? [];
  const pairs = text.split(',').map((pair) => pair.trim().split('=') as [string, string]);
  const matchLabels = Object.fromEntries(pairs);
  return mesh.pods.some(
    ({ namespace, labels }) =>
      (namespace === about?.namespace || about?.namespace === rootNamespace) &&
      matchesLabels({ matchLabels }, labels),
  );
}

/**
 * Reports whether a Service has the port of a Gateway. The analyzer compares the Gateway with the ports of the pods, but a
 * proxy also listens for a port that the Service maps to another port of the pod.
 */
function isServed({ message, object: about }: IstioMessage, objects: MeshObjects): boolean {
  const [, port] = /\(port (\d+)\)/.exec(message) ?? [];
  const gateway = objects
    .all('networking.istio.io/Gateway')
    .find(
      ({ metadata: { name, namespace } }) => name === about?.name && namespace === about.namespace,
    );
  const selector = labelsAt(gateway, ['spec', 'selector']);
  if (selector === undefined) return false;
  const pods = objects.mesh.pods.filter(({ labels }) =>
    matchesLabels({ matchLabels: selector }, labels),
  );
  return objects.all('/Service').some((service) => {
    const matchLabels = labelsAt(service, ['spec', 'selector']);
    const ports = valueAt(service, ['spec', 'ports']);
    if (matchLabels === undefined || !Array.isArray(ports)) return false;
    const serves = ports.some((one) => `${valueAt(one, ['port'])}` === port);
    return (
      serves &&
      pods.some(
        ({ namespace, labels }) =>
          namespace === service.metadata.namespace && matchesLabels({ matchLabels }, labels),
      )
    );
  });
}

function labelsAt(
  object: unknown,
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const labels = valueAt(object, path);
  return isFieldMap(labels) ? (labels as Readonly<Record<string, string>>) : undefined;
}
