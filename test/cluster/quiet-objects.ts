/** Manifests with values that an API server drops, or that are its defaults. */

const inDefault = { namespace: 'default' };

const pod = {
  metadata: { labels: { app: 'quiet' } },
  spec: {
    hostNetwork: false,
    hostPID: false,
    initContainers: [],
    containers: [
      {
        name: 'quiet',
        image: 'quiet:1',
        stdin: false,
        tty: false,
        env: [{ name: 'EMPTY', value: '' }],
        volumeMounts: [{ name: 'scratch', mountPath: '/scratch', readOnly: false, subPath: '' }],
      },
    ],
    volumes: [{ name: 'scratch', emptyDir: {} }],
  },
};

/** The objects, by path below a cluster's directory. */
export const quietObjects: Readonly<Record<string, object>> = {
  'default/quiet-deployment.json': {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'quiet', ...inDefault, annotations: { note: '' } },
    spec: {
      minReadySeconds: 0,
      paused: false,
      replicas: 0,
      selector: { matchLabels: { app: 'quiet' } },
      template: pod,
    },
  },
  'default/quiet-service.json': {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'quiet', ...inDefault },
    spec: {
      externalName: '',
      publishNotReadyAddresses: false,
      ports: [{ name: '', port: 80 }],
      selector: { app: 'quiet' },
    },
  },
  'default/quiet-map.json': {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'quiet', ...inDefault, labels: { empty: '' } },
    data: { empty: '' },
    immutable: false,
  },
  'default/quiet-trap.json': {
    apiVersion: 'test.regatta.dev/v1',
    kind: 'Trap',
    metadata: { name: 'quiet', ...inDefault },
    spec: { mode: 'fast', size: 0, list: [], nested: { deep: '' } },
  },
};
