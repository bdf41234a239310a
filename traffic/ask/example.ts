import type { Cluster } from '#model/cluster.ts';
import type { IstioRequest } from '#model/istio-engine.ts';
import { defaultLocalityLoadBalancing, defaultTrustDomain } from '#model/mesh.ts';
import type { KubeObject } from '#model/object.ts';
import { meshesOf } from '../mesh/meshes.ts';
import { planQuestion } from './traffic.ts';

const metadata = { name: 'app', namespace: 'example' };
const labels = { app: 'app' };
const port = { number: 8080, name: 'http', protocol: 'HTTP' };

const config: readonly KubeObject[] = [
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata,
    spec: { selector: { gateway: 'example' }, servers: [{ port, hosts: ['*'] }] },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata,
    spec: {
      hosts: ['example.com'],
      gateways: ['app'],
      http: [{ route: [{ destination: { host: 'app', port: { number: 80 } } }] }],
    },
  },
];

const workload: readonly KubeObject[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'app' }] } } },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  },
];

const cluster: Cluster = {
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name: 'one' },
  spec: { syncMode: 'Push', provider: '', region: '', zones: [], taints: [], resourceModels: [] },
};

/** Returns a small question to Istio. Its answer needs most of the code that any answer needs. */
export function exampleRequest(): IstioRequest {
  const rules = { trustDomain: defaultTrustDomain, networks: {} };
  const localityLoadBalancing = defaultLocalityLoadBalancing;
  const [mesh] = meshesOf({
    clusters: [cluster],
    meshes: [{ ...rules, localityLoadBalancing, name: 'one', controlPlane: 'one', members: {} }],
    objects: new Map([['one', [...config, ...workload]]]),
    replicasOf: () => 1,
  });
  if (mesh === undefined) throw new Error('the example has no mesh');
  return planQuestion(mesh, {}).request;
}
