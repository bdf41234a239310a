/** Manifests on which other syncers write indefinitely or report drift without a change. */
import { deployment } from './objects.ts';
import { quietObjects } from './quiet-objects.ts';

const container = {
  name: 'c',
  image: 'c:1',
  ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }],
  env: [
    { name: 'EMPTY', value: '' },
    { name: 'NULL', value: null },
  ],
  resources: { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { cpu: 2, memory: '2e9' } },
  readinessProbe: { httpGet: { port: 8080 }, initialDelaySeconds: null },
  securityContext: {},
};

function podTemplate(name: string): object {
  return {
    metadata: { labels: { app: name }, annotations: {}, creationTimestamp: null },
    spec: { containers: [container], nodeSelector: {}, tolerations: [], volumes: null },
  };
}

const inDefault = { namespace: 'default' };

/** The objects, by path below a cluster's directory. */
export const trapObjects: Readonly<Record<string, object>> = {
  'default/two-protocols.json': {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'two-protocols', ...inDefault },
    spec: {
      selector: { app: 'dns' },
      ports: [
        { name: 'dns-udp', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns' },
        { name: 'text', port: 54, targetPort: 'x54' },
      ],
    },
  },
  'default/spellings.json': {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'spellings',
      ...inDefault,
      annotations: null,
      labels: {},
      creationTimestamp: null,
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'spellings' } },
      strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } },
      revisionHistoryLimit: null,
      template: podTemplate('spellings'),
    },
    status: {},
  },
  'default/claims.json': {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'claims', ...inDefault },
    spec: {
      serviceName: 'claims',
      replicas: 0,
      selector: { matchLabels: { app: 'claims' } },
      template: podTemplate('claims'),
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'data', creationTimestamp: null },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '1024Mi' } },
          },
          status: {},
        },
      ],
    },
  },
  'default/quota.json': {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'quota', ...inDefault },
    spec: { hard: { 'requests.storage': '20480Mi', pods: 100, 'count/secrets': '1k' } },
  },
  'default/budget.json': {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'budget', ...inDefault },
    spec: { minAvailable: '50%', selector: {} },
  },
  'default/ingress.json': {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'ingress', ...inDefault },
    spec: {
      rules: [
        {
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'x', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
      tls: [{}],
    },
  },
  'default/policy.json': {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny', ...inDefault },
    spec: { podSelector: {}, ingress: [], policyTypes: ['Ingress'] },
  },
  'default/account.json': {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'account', ...inDefault },
    imagePullSecrets: [],
  },
  'default/secret.json': {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'secret', ...inDefault },
    stringData: { word: 'x' },
    data: { other: 'eA==' },
  },
  'default/empty.json': {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'empty', ...inDefault },
    data: {},
  },
  '_cluster/role.json': {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'aggregated' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { aggregate: 'x' } }] },
    rules: [],
  },
  '_cluster/webhook.json': {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'hook.regatta.dev' },
    webhooks: [
      {
        name: 'hook.regatta.dev',
        clientConfig: { service: { name: 'hook', namespace: 'default' } },
        rules: [
          {
            apiGroups: ['none.regatta.dev'],
            apiVersions: ['v1'],
            operations: ['CREATE'],
            resources: ['x'],
          },
        ],
        failurePolicy: 'Ignore',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  },
  '_cluster/crd.json': {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'traps.test.regatta.dev' },
    spec: {
      group: 'test.regatta.dev',
      names: { kind: 'Trap', plural: 'traps' },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    mode: { type: 'string', default: 'fast' },
                    size: { type: 'integer', default: 3, nullable: true },
                    port: { 'x-kubernetes-int-or-string': true },
                    nested: {
                      type: 'object',
                      default: {},
                      properties: { deep: { type: 'string', default: 'yes' } },
                    },
                    list: {
                      type: 'array',
                      items: {
                        type: 'object',
                        properties: { a: { type: 'string' }, b: { type: 'string', default: 'b' } },
                      },
                    },
                  },
                },
                status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
              },
            },
          },
        },
      ],
    },
    status: { acceptedNames: { kind: '', plural: '' }, conditions: [], storedVersions: [] },
  },
  'default/trap.json': {
    apiVersion: 'test.regatta.dev/v1',
    kind: 'Trap',
    metadata: { name: 'trap', ...inDefault },
    spec: { size: null, port: '80', list: [{ a: 'a' }, { a: 'a' }], nested: {} },
  },
  'default/web.json': deployment('web', 1, 'web:1'),
  ...quietObjects,
};
