import { podTemplate } from '../contract/objects.ts';

const selector = { matchLabels: { app: 'web' } };
const container = { name: 'web', image: 'web:1' };
const deployment = (of: object, rest: object = {}, pod: object = {}) => ({
  selector,
  template: podTemplate('web', [{ ...container, ...of }], pod),
  ...rest,
});

/** A title, the resource, and the fields of the object; its metadata is added later. */
export type Case = readonly [title: string, type: string, rest: object];

export const cases: readonly Case[] = [
  ['a valid Deployment', 'deployments', { spec: deployment({}) }],
  ['a field that is null', 'deployments', { spec: deployment({}, { paused: null }) }],
  ['a field of a misspelt name', 'deployments', { spec: deployment({ imagee: 'web:1' }) }],
  ['a field beside spec', 'deployments', { spec: deployment({}), replicas: 1 }],
  ['a number in quotes', 'deployments', { spec: deployment({}, { replicas: '2' }) }],
  ['a boolean in quotes', 'deployments', { spec: deployment({}, { paused: 'no' }) }],
  ['a number too large', 'deployments', { spec: deployment({}, { replicas: 2 ** 31 }) }],
  ['a list for a map', 'deployments', { spec: deployment({}, { strategy: [] }) }],
  ['a map for a list', 'deployments', { spec: deployment({ args: {} }) }],
  ['a number among arguments', 'deployments', { spec: deployment({ args: ['-p', 80] }) }],
  ['no selector', 'deployments', { spec: { template: podTemplate('web', [container]) } }],
  ['no spec', 'deployments', {}],
  ['a container without a name', 'deployments', { spec: deployment({ name: undefined }) }],
  [
    'a variable with a number',
    'deployments',
    { spec: deployment({ env: [{ name: 'A', value: 1 }] }) },
  ],
  [
    'two variables of one name',
    'deployments',
    { spec: deployment({ env: [{ name: 'A' }, { name: 'A' }] }) },
  ],
  [
    'two containers of one name',
    'deployments',
    { spec: { selector, template: podTemplate('web', [container, container]) } },
  ],
  [
    'two ports of one number',
    'deployments',
    {
      spec: deployment({ ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'TCP' }] }),
    },
  ],
  [
    'two ports of two protocols',
    'deployments',
    {
      spec: deployment({ ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }] }),
    },
  ],
  [
    'a value outside of an enumeration',
    'deployments',
    { spec: deployment({ imagePullPolicy: 'Sometimes' }) },
  ],
  [
    'a mount without a path',
    'deployments',
    { spec: deployment({ volumeMounts: [{ name: 'a' }] }) },
  ],
  [
    'whole and broken quantities',
    'deployments',
    { spec: deployment({ resources: { limits: { cpu: 0.5, memory: '1.5Gi' } } }) },
  ],
  [
    'an invalid quantity',
    'deployments',
    { spec: deployment({ resources: { limits: { cpu: '1x' } } }) },
  ],
  [
    'a probe at a named port',
    'deployments',
    {
      spec: deployment({
        livenessProbe: { httpGet: { port: 'http' } },
        ports: [{ name: 'http', containerPort: 80 }],
      }),
    },
  ],
  [
    'a probe at a broken port',
    'deployments',
    { spec: deployment({ livenessProbe: { httpGet: { port: 1.5 } } }) },
  ],
  [
    'a probe without a port',
    'deployments',
    { spec: deployment({ livenessProbe: { httpGet: { path: '/' } } }) },
  ],
  [
    'a label that is a number',
    'deployments',
    { spec: deployment({}), metadata: { labels: { a: 1 } } },
  ],
  ['an unknown metadata field', 'deployments', { spec: deployment({}), metadata: { lables: {} } }],
  [
    'a time in metadata that is null',
    'deployments',
    { spec: deployment({}), metadata: { creationTimestamp: null } },
  ],
  ['a ConfigMap', 'configmaps', { data: { a: 'b' } }],
  ['a ConfigMap with a number', 'configmaps', { data: { a: 1 } }],
  ['a ConfigMap with bytes', 'configmaps', { binaryData: { a: 'YWI=' } }],
  ['a Secret in base64', 'secrets', { data: { a: 'YWI=' } }],
  ['a Secret that is not in base64', 'secrets', { data: { a: 'ab!' } }],
  ['a Secret as text', 'secrets', { stringData: { a: 'ab!' } }],
  [
    'a Service',
    'services',
    { spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] } },
  ],
  ['a Service without the port of a port', 'services', { spec: { ports: [{ name: 'http' }] } }],
  ['a Service whose port is text', 'services', { spec: { ports: [{ port: '80' }] } }],
  ['a ServiceAccount', 'serviceaccounts', { automountServiceAccountToken: false }],
  ['a Role without verbs', 'roles', { rules: [{ apiGroups: [''], resources: ['pods'] }] }],
  [
    'a RoleBinding without a group',
    'rolebindings',
    { roleRef: { kind: 'Role', name: 'a' }, subjects: [] },
  ],
  ['a RoleBinding without a role', 'rolebindings', { subjects: [] }],
  [
    'an Ingress path without a type',
    'ingresses',
    {
      spec: {
        rules: [
          {
            http: {
              paths: [{ path: '/', backend: { service: { name: 'a', port: { number: 80 } } } }],
            },
          },
        ],
      },
    },
  ],
  ['a NetworkPolicy that selects all', 'networkpolicies', { spec: {} }],
  [
    'a HorizontalPodAutoscaler without a maximum',
    'horizontalpodautoscalers',
    { spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } } },
  ],
  [
    'a CronJob without a schedule',
    'cronjobs',
    {
      spec: {
        jobTemplate: {
          spec: { template: podTemplate('a', [container], { restartPolicy: 'Never' }) },
        },
      },
    },
  ],
  [
    'a PodDisruptionBudget in percent',
    'poddisruptionbudgets',
    { spec: { maxUnavailable: '10%', selector } },
  ],
];
