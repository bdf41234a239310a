import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bookinfo, examples } from '#test/cluster/bookinfo-files.ts';

/** Sources of a fleet: text by path. */
export type Sources = Readonly<Record<string, string>>;

/** Returns the Bookinfo example as a mesh of its three clusters, with a gateway workload on member1. */
export async function bookinfoMesh(): Promise<Sources> {
  const files = await bookinfo();
  for (const member of ['member1', 'member2']) {
    const path = `clusters/${member}.yaml`;
    // The nodes of the test bed have these regions and zones.
    files[path] = replaced(
      files,
      path,
      'syncMode: Push',
      `syncMode: Push\n  region: ${member}\n  zone: zone1`,
    );
  }
  const mesh = await readFile(join(examples, 'bookinfo/policies/mesh-propagation.yaml'), 'utf8');
  return {
    ...files,
    'regatta.yaml': settings,
    'templates/gateway.yaml': gateway,
    'policies/gateway-propagation.yaml': gatewayPolicy,
    // Steps add Istio's objects of any name.
    'policies/mesh-propagation.yaml': mesh.replace(
      /resourceSelectors:\n(?: {4}.*\n)+/,
      `resourceSelectors:\n${meshKinds.map(selector).join('')}`,
    ),
  };
}

/**
 * Returns a file with a replacement.
 *
 * @throws Error when the file does not hold the text
 */
export function replaced(files: Sources, path: string, from: string | RegExp, to: string): string {
  const text = files[path] ?? '';
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${path} does not hold ${from}`);
  return changed;
}

const meshKinds = ['VirtualService', 'Gateway', 'DestinationRule', 'ServiceEntry', 'Sidecar'];

const selector = (kind: string): string =>
  `    - apiVersion: networking.istio.io/v1alpha3\n      kind: ${kind}\n`;

/** The steps delete most objects of a cluster in turn. */
const settings = `apiVersion: regatta.dev/v1alpha1
kind: Fleet
spec:
  deletionBudget:
    cluster: 1000
  meshes:
    - name: mesh1
      controlPlane: mesh1
      members:
        clusterNames: [member1, member2]
`;

/** The Service maps port 80 to port 8080: istiod gives the gateway a listener for that port of the pod. */
const gateway = `apiVersion: v1
kind: Service
metadata:
  name: istio-ingressgateway
spec:
  selector:
    istio: ingressgateway
  ports:
    - name: http2
      port: 80
      targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istio-ingressgateway
spec:
  replicas: 1
  selector:
    matchLabels:
      istio: ingressgateway
  template:
    metadata:
      labels:
        istio: ingressgateway
    spec:
      containers:
        - name: istio-proxy
          image: docker.io/istio/proxyv2:1.31.0
          ports:
            - containerPort: 8080
`;

const gatewayPolicy = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata:
  name: gateway-propagation
spec:
  resourceSelectors:
    - apiVersion: apps/v1
      kind: Deployment
      name: istio-ingressgateway
    - apiVersion: v1
      kind: Service
      name: istio-ingressgateway
  placement:
    clusterAffinity:
      clusterNames:
        - member1
`;
