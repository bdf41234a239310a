/** A small mesh, which the engine `istio` reads when `npm run engines` builds it. */

const labels = { app: 'web' };
const metadata = { name: 'web', namespace: 'shop' };
const istio = (kind: string, spec: object) => ({
  ref: kind,
  object: { apiVersion: 'networking.istio.io/v1', kind, metadata, spec },
});
const to = { destination: { host: 'web', port: { number: 80 } } };

const cluster = {
  name: 'member',
  namespaces: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }],
  services: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { clusterIP: '100.64.0.1', selector: labels, ports: [{ name: 'http', port: 80 }] },
    },
  ],
  pods: [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, labels },
      spec: { containers: [{ name: 'web', image: 'registry.example/web:1' }] },
      status: {
        podIP: '10.0.0.1',
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    },
  ],
  endpointSlices: [
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
      endpoints: [
        {
          addresses: ['10.0.0.1'],
          conditions: { ready: true },
          targetRef: { kind: 'Pod', ...metadata },
        },
      ],
    },
  ],
};

export const warmMesh: object = {
  mesh: { name: 'mesh', controlPlane: 'mesh' },
  config: [
    istio('Gateway', {
      selector: { istio: 'gateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
    }),
    istio('VirtualService', {
      hosts: ['*'],
      gateways: ['web', 'mesh'],
      http: [{ match: [{ uri: { prefix: '/' } }], route: [to] }],
    }),
    istio('DestinationRule', { host: 'web', subsets: [{ name: 'all', labels }] }),
  ],
  clusters: [cluster],
  proxies: (['router', 'sidecar'] as const).map((type) => ({
    id: type,
    type,
    cluster: 'member',
    namespace: 'shop',
    ip: '10.0.0.2',
    labels: { istio: 'gateway' },
  })),
  analyze: true,
};
