/** Requests to the Istio engine about rendered output, with pods that the tests derive from Deployments. */
import { compile, outputOf } from '#compiler/compile.ts';
import type { IstioCluster, IstioRequest } from '#model/istio-engine.ts';
import type { KubeObject } from '#model/object.ts';
import { parseYaml } from '#model/yaml.ts';
import { bookinfo } from '../../cluster/bookinfo-files.ts';

/** The proxy of the ingress gateway. */
export const gateway: IstioRequest['proxies'][number] = {
  id: 'gateway',
  type: 'router',
  cluster: 'member1',
  namespace: 'default',
  labels: { istio: 'ingressgateway' },
  ip: '10.9.0.1',
};

/** Returns a request about the Bookinfo example as Regatta renders it for member1, member2 and mesh1. */
export async function bookinfoRequest(): Promise<IstioRequest> {
  const files = new Map(Object.entries(await bookinfo()));
  const { desired } = compile(files, new Map(), { profile: 'regatta' });
  const rendered = [...outputOf(desired)].flatMap(([path, { text }]) => {
    const [, root, cluster] = /^(rendered)\/([^/]+)\//.exec(path) ?? [];
    return root === undefined ? [] : [{ cluster, path, object: parseYaml(text)[0] as KubeObject }];
  });
  const objectsOf = (name: string) => rendered.filter(({ cluster }) => cluster === name);
  return {
    mesh: { name: 'mesh1', controlPlane: 'mesh1' },
    config: objectsOf('mesh1').map(({ path, object }) => ({ ref: path, object })),
    clusters: ['member1', 'member2'].map((name, index) =>
      clusterOf(
        name,
        index,
        objectsOf(name).map(({ object }) => object),
      ),
    ),
    proxies: [gateway],
  };
}

/** Returns a cluster with one pod for each Deployment. Addresses of its pods begin with `10.INDEX`. */
function clusterOf(name: string, index: number, objects: readonly KubeObject[]): IstioCluster {
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const pods = ofKind('Deployment').map((deployment, at) =>
    podOf(deployment, `10.${index}.0.${at + 1}`),
  );
  const services = ofKind('Service').map((service, at) => ({
    ...service,
    spec: { clusterIP: `100.64.${index}.${at + 1}`, ...Object(service['spec']) },
  }));
  return {
    ...{ name, region: `region${index}`, zone: `zone${index}`, namespaces: ofKind('Namespace') },
    ...{ services, pods, endpointSlices: services.map((service) => sliceOf(service, pods)) },
  };
}

function podOf(deployment: KubeObject, podIP: string): KubeObject {
  const { name, namespace = 'default' } = deployment.metadata;
  const { template } = Object(deployment['spec']);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: template.metadata.labels },
    spec: template.spec,
    status: { podIP, phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

function sliceOf(service: KubeObject, pods: readonly KubeObject[]): KubeObject {
  const { name, namespace = 'default' } = service.metadata;
  const { selector = {}, ports = [] } = Object(service['spec']);
  const isSelected = ({ metadata }: KubeObject) =>
    Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value);
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: ports.map(
      ({ name: port, port: number, targetPort = number }: Record<string, unknown>) => ({
        ...{ name: port, port: targetPort, protocol: 'TCP' },
      }),
    ),
    endpoints: pods.filter(isSelected).map((pod) => ({
      addresses: [Object(pod['status']).podIP],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', name: pod.metadata.name, namespace },
    })),
  };
}
