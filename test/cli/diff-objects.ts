/** The objects of the fleet that the tests of regatta diff change. */

export function clusterOf(name: string, region: string): object {
  return {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name, labels: { region } },
    spec: { syncMode: 'Push', region },
  };
}

export function web({
  image,
  replicas,
}: {
  readonly image: string;
  readonly replicas: number;
}): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: ${image}`;
}

export function secret(value: string): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: token
  namespace: shop
data:
  token: ${value}`;
}

export function namespaces(names: readonly string[]): readonly object[] {
  return names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

export function policy(name: string, inRegions: readonly string[], kind: string): string {
  return `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata:
  name: ${name}
  namespace: shop
spec:
  resourceSelectors:
    - apiVersion: ${kind === 'Deployment' ? 'apps/v1' : 'v1'}
      kind: ${kind}
      name: ${kind === 'Deployment' ? 'web' : 'token'}
  placement:
    clusterAffinity:
      labelSelector:
        matchExpressions:
          - { key: region, operator: In, values: [${inRegions.join(', ')}] }`;
}

export function toolsPolicy(clusterNames: readonly string[]): object {
  return {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'ClusterPropagationPolicy',
    metadata: { name: 'tools' },
    spec: {
      resourceSelectors: [{ apiVersion: 'v1', kind: 'Namespace', name: 'tools' }],
      placement: { clusterAffinity: { clusterNames } },
    },
  };
}
