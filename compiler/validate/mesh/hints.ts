import type { IstioMessage } from '#model/istio-engine.ts';
import { nearestWord } from '#model/nearest.ts';
import { type KubeObject, valueAt } from '#model/object.ts';
import { referenceIn } from './fields.ts';
import type { MeshObjects } from './mesh-objects.ts';

const byCode: Readonly<Record<string, string>> = {
  IST0002: 'use the field that the message names',
  IST0101: 'correct the name, or add what it names to the repository',
  IST0106: 'change the field as the message says',
  IST0107: 'move the annotation to an object of the kind that the message names',
  IST0108: 'correct the name of the annotation, or remove it',
  IST0109: 'put the rules for the host into one VirtualService',
  IST0110: 'select each workload with only one Sidecar',
  IST0111: 'keep one Sidecar without a workload selector in the namespace',
  IST0112: 'add the port to the destination',
  IST0116: 'give the port of the Services one protocol',
  IST0118: 'start the name of the port with its protocol, such as http-web, or set appProtocol',
  IST0125: 'correct the value of the annotation',
  IST0127: 'correct the labels, or place a workload with these labels in the mesh',
  IST0128:
    'set caCertificates, or add the certificate of the authority another way and accept this',
  IST0129:
    'set caCertificates, or add the certificate of the authority another way and accept this',
  IST0130: 'remove the rule, or give it a condition that no earlier rule has',
  IST0131: 'remove the condition, or move its rule before the other one',
  IST0132: 'add the host to the Gateway, or correct the hosts of the VirtualService',
  IST0134: 'set spec.addresses',
  IST0135: 'replace the annotation, or remove it',
  IST0137: 'give the Services one port for the target port',
  IST0138: 'put the servers with the certificate into one Gateway',
  IST0140: 'bind the VirtualService with the subset to the gateway',
  IST0144: 'run the container as another user',
  IST0145: 'put the servers into one Gateway, or give them different hosts',
  IST0149: 'add a RequestAuthentication that selects the pods of the gateway',
  IST0150: 'start the name of the port with its protocol, other than tcp',
  IST0151: 'set spec.priority, or use the operation INSERT_FIRST',
  IST0152: 'use another operation, such as MERGE',
  IST0153: 'use another operation, such as MERGE',
  IST0154: 'use another operation, such as MERGE',
  IST0157: 'name a provider, or remove the empty list',
  IST0159: 'select each workload with only one Telemetry',
  IST0160: 'keep one Telemetry without a selector in the namespace',
  IST0162: 'add the port to the Service of the gateway',
  IST0165: 'bind the route to a Gateway that the repository declares',
  IST0166: 'use targetRef instead of the selector',
  IST0173: 'correct the labels of the subset, or place a workload with these labels in the mesh',
  IST0174: 'correct the host, or remove the DestinationRule',
  IST0177: 'give the port the same protocol in all ServiceEntries',
};

/** Returns what an author can do about a message. */
export function hintFor(message: IstioMessage, object: KubeObject, objects: MeshObjects): string {
  const { type, name = '' } = referenceIn(message) ?? {};
  const suggested =
    type === 'host:port'
      ? portHint(name, object, objects)
      : nearHint({ type, name }, object, objects);
  return (
    suggested ??
    byCode[message.code] ??
    `look up ${message.code} in Istio's reference of analysis messages`
  );
}

/** Suggests the name of an object that is spelled almost like the missing one. */
function nearHint(
  { type, name }: { readonly type: string | undefined; readonly name: string },
  object: KubeObject,
  objects: MeshObjects,
): string | undefined {
  const own = object.metadata.namespace ?? 'default';
  if (type === 'host') {
    // Only the name itself is compared: hosts with the same ending resemble each other anyway.
    const [, short = '', rest = '', namespace = own] =
      /^([^.]*)((?:\.([^.]+).*)?)$/.exec(name) ?? [];
    const nearest = nearestOf(short, namesIn(namespace, objects.all('/Service')));
    return nearest === undefined ? undefined : `did you mean ${nearest}${rest}?`;
  }
  if (type === 'gateway') {
    const [, start = '', namespace = own, short = ''] =
      /^((?:([^/]+)\/)?)([^/]*)$/.exec(name) ?? [];
    const gateways = objects.all('networking.istio.io/Gateway');
    const nearest = nearestOf(short, namesIn(namespace, gateways));
    return nearest === undefined ? undefined : `did you mean ${start}${nearest}?`;
  }
  return undefined;
}

function namesIn(namespace: string, objects: readonly KubeObject[]): readonly string[] {
  const own = objects.filter(({ metadata }) => (metadata.namespace ?? 'default') === namespace);
  return own.map(({ metadata }) => metadata.name);
}

function nearestOf(name: string, known: readonly string[]): string | undefined {
  return known.includes(name) ? undefined : nearestWord(name, known);
}

/** Names the ports of the Service whose port is missing. */
function portHint(name: string, object: KubeObject, objects: MeshObjects): string | undefined {
  const [host = ''] = name.split(':');
  const [short = '', namespace = object.metadata.namespace] = host.split('.');
  const service = objects
    .all('/Service')
    .find(({ metadata }) => metadata.name === short && metadata.namespace === namespace);
  const ports = valueAt(service, ['spec', 'ports']);
  const numbers = (Array.isArray(ports) ? ports : []).map((port) => valueAt(port, ['port']));
  return numbers.length === 0 ? undefined : `the Service has the ports ${numbers.join(', ')}`;
}
