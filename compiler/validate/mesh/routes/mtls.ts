import { describeObject, isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import type { AnalyzedPod } from '../analyzed.ts';
import { type MeshObjects, rootNamespace } from '../mesh-objects.ts';
import { type RouteChecks, reportFault } from './faults.ts';
import { itemsAt, namespaceOf, type Path, textAt } from './routes.ts';
import { type NamedPort, podsBehind, portsOf, serviceNameOf, serviceOn } from './services.ts';

/** Reports TLS settings of DestinationRules that the PeerAuthentications of the destination refuse. */
export function reportMtlsConflicts(checks: RouteChecks): void {
  const { objects } = checks;
  for (const rule of objects.config('networking.istio.io', 'DestinationRule')) {
    const service = serviceNameOf(textAt(rule, ['spec', 'host']) ?? '', namespaceOf(rule));
    const pods = (service && podsBehind(objects, service)) ?? [];
    const [first] = service === undefined ? [] : serviceOn(objects, service);
    if (first === undefined) continue;
    for (const { mode, path, port: only } of modesOf(rule)) {
      const ports = portsOf(first.object).filter(({ number }) => number === (only ?? number));
      const peer = ports
        .flatMap((port) => pods.map((pod) => ({ port, found: peerOf(pod, port, objects) })))
        .find(({ found }) => found !== undefined && conflict(mode, found.mode));
      if (peer?.found === undefined) continue;
      const { port, found } = peer;
      reportFault(checks, {
        object: rule,
        path,
        code: 'mesh/mtls-conflict',
        severity: 'warning',
        words: `TLS mode ${mode} is set for callers, but ${describeObject(found.by)} sets ${found.mode} for port ${port.number}, so connections fail`,
        hint: 'remove the TLS settings here, so that Istio chooses them, or change the PeerAuthentication',
      });
    }
  }
}

interface Mode {
  readonly mode: string;
  readonly path: Path;
  /** Absent for all ports. */
  readonly port: number | undefined;
}

/** Returns the TLS modes that a DestinationRule sets for its host, its ports and its subsets. */
function modesOf(rule: KubeObject): readonly Mode[] {
  const subsets = itemsAt(rule, ['spec', 'subsets']).map((_, index) => [
    ...['spec', 'subsets', String(index), 'trafficPolicy'],
  ]);
  return [['spec', 'trafficPolicy'], ...subsets].flatMap((path): readonly Mode[] => {
    const policy = path.reduce<unknown>((value, key) => Object(value)[key], rule);
    const all = textAt(policy, ['tls', 'mode']);
    const ports = itemsAt(policy, ['portLevelSettings']).flatMap((one, index) => {
      const mode = textAt(one, ['tls', 'mode']);
      const port = valueAt(one, ['port', 'number']);
      if (mode === undefined || typeof port !== 'number') return [];
      return [{ mode, port, path: [...path, 'portLevelSettings', String(index), 'tls', 'mode'] }];
    });
    const own =
      all === undefined ? [] : [{ mode: all, port: undefined, path: [...path, 'tls', 'mode'] }];
    // Settings of a port replace those of the host.
    return ports.length > 0 ? ports : own;
  });
}

function conflict(mode: string, peer: string): boolean {
  return peer === 'STRICT'
    ? mode !== 'ISTIO_MUTUAL'
    : peer === 'DISABLE' && mode === 'ISTIO_MUTUAL';
}

interface Peer {
  readonly mode: string;
  readonly by: KubeObject;
}

/** Returns the mode of mutual TLS for a port of a pod; undefined without a PeerAuthentication, and for a pod without a sidecar. */
function peerOf(pod: AnalyzedPod, port: NamedPort, objects: MeshObjects): Peer | undefined {
  if (!objects.hasSidecar(pod)) return undefined;
  const all = objects.config('security.istio.io', 'PeerAuthentication');
  const labelled = (object: KubeObject) => valueAt(object, ['spec', 'selector', 'matchLabels']);
  const own = all.filter((one) => namespaceOf(one) === pod.namespace);
  const selecting = own.filter((one) => {
    const matchLabels = labelled(one);
    return (
      isFieldMap(matchLabels) && matchesLabels({ matchLabels: Object(matchLabels) }, pod.labels)
    );
  });
  const general = [
    ...own.filter((one) => labelled(one) === undefined),
    ...all.filter((one) => namespaceOf(one) === rootNamespace && labelled(one) === undefined),
  ];
  const byPort = selecting.flatMap((by) => {
    const mode = textAt(by, ['spec', 'portLevelMtls', String(port.targetPort), 'mode']);
    return mode === undefined || mode === 'UNSET' ? [] : [{ mode, by }];
  });
  const byPod = [...selecting, ...general].flatMap((by) => {
    const mode = textAt(by, ['spec', 'mtls', 'mode']);
    return mode === undefined || mode === 'UNSET' ? [] : [{ mode, by }];
  });
  return byPort[0] ?? byPod[0];
}
