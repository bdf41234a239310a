import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ObjectChecks } from '#io/checks/object-checks.ts';
import type { KubeObject } from '#model/object.ts';
import type { CheckAnswers } from '#model/object-check.ts';
import type { OpenApiSchema } from '#model/schema.ts';
import { ok } from '../api/reading.ts';
import { useMember } from '../contract/member.ts';
import { podTemplate } from '../contract/objects.ts';
import { isReal } from '../fleet.ts';
import { until } from '../until.ts';

const selector = { matchLabels: { app: 'web' } };
const container = { name: 'web', image: 'web:1' };
const deployment = (of: object, rest: object = {}, pod: object = {}) => ({
  selector,
  template: podTemplate('web', [{ ...container, ...of }], pod),
  ...rest,
});

/** A title, the resource, and the fields of the object; its metadata is added later. */
type Case = readonly [title: string, type: string, rest: object];

const cases: readonly Case[] = [
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

const types: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  deployments: ['apps/v1', 'Deployment'],
  configmaps: ['v1', 'ConfigMap'],
  secrets: ['v1', 'Secret'],
  services: ['v1', 'Service'],
  serviceaccounts: ['v1', 'ServiceAccount'],
  roles: ['rbac.authorization.k8s.io/v1', 'Role'],
  rolebindings: ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ingresses: ['networking.k8s.io/v1', 'Ingress'],
  networkpolicies: ['networking.k8s.io/v1', 'NetworkPolicy'],
  horizontalpodautoscalers: ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  cronjobs: ['batch/v1', 'CronJob'],
  poddisruptionbudgets: ['policy/v1', 'PodDisruptionBudget'],
  gauges: ['example.com/v1', 'Gauge'],
};

const gaugeSchema: OpenApiSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10, exclusiveMaximum: true },
        port: {
          'x-kubernetes-int-or-string': true,
          anyOf: [{ type: 'integer' }, { type: 'string' }],
        },
        mode: { type: 'string', enum: ['Fast', 'Slow'] },
        note: { type: 'string', nullable: true, pattern: '^[a-z]+$', maxLength: 5 },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        empty: { type: 'object' },
        marks: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        parts: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
        },
        either: {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'string' } },
          oneOf: [{ required: ['a'] }, { required: ['b'] }],
        },
        pod: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
        },
      },
    },
  },
};

const gauges: readonly (readonly [title: string, spec: object])[] = [
  ['a valid custom resource', { size: 2, mode: 'Fast', note: null, port: 80 }],
  ['a custom resource without its required field', {}],
  ['an unknown field of a custom resource', { size: 2, sice: 2 }],
  ['a number below its minimum', { size: 0 }],
  ['a number at an exclusive maximum', { size: 10 }],
  ['a fraction in place of an integer', { size: 2.5 }],
  ['a value outside of the enumeration of a custom resource', { size: 2, mode: 'fast' }],
  ['a null value of an enumeration', { size: 2, mode: null }],
  ['a text that does not match', { size: 2, note: 'A' }],
  ['a text too long', { size: 2, note: 'aaaaaa' }],
  ['a number or text that is a boolean', { size: 2, port: true }],
  ['a free object', { size: 2, free: { any: [{ thing: 1 }] } }],
  ['a field in an object that has none', { size: 2, empty: { a: 1 } }],
  ['a set with a duplicate member', { size: 2, marks: ['a', 'a'] }],
  ['a list map with a duplicate key', { size: 2, parts: [{ name: 'a' }, { name: 'a' }] }],
  ['one of two alternatives', { size: 2, either: { a: 'a' } }],
  ['both of two alternatives', { size: 2, either: { a: 'a', b: 'b' } }],
  [
    'an embedded object',
    { size: 2, pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { a: 'b' } } },
  ],
  [
    'an embedded object with an unknown field',
    { size: 2, pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spc: {} } },
  ],
];

const gaugeDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gauges.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Gauge', plural: 'gauges', singular: 'gauge', listKind: 'GaugeList' },
    versions: [
      { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: gaugeSchema } },
    ],
  },
};

/** Properties of specs; each becomes the definition of a kind. */
const properties: readonly (readonly [title: string, property: OpenApiSchema])[] = [
  [
    'a default that is empty, of an object with a required field that has a default',
    {
      type: 'object',
      default: {},
      required: ['attempts'],
      properties: { attempts: { type: 'integer', default: 3 } },
    },
  ],
  ['a default of the wrong type', { type: 'integer', default: 'three' }],
];

function definitionWith(property: OpenApiSchema): KubeObject {
  const names = { kind: 'Till', plural: 'tills', singular: 'till', listKind: 'TillList' };
  const spec: OpenApiSchema = { type: 'object', properties: { property } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'tills.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names,
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

const all: readonly Case[] = [
  ...cases,
  ...gauges.map(([title, spec]): Case => [title, 'gauges', { spec }]),
];

function objectOf([, type, rest]: Case, namespace: string): KubeObject {
  const [apiVersion, kind] = types[type] ?? [];
  const { metadata = {}, ...others } = rest as { readonly metadata?: object };
  const whole = { apiVersion, kind, metadata: { name: 'a', namespace, ...metadata }, ...others };
  return JSON.parse(JSON.stringify(whole)) as KubeObject;
}

describe('a check without a cluster', {
  skip: !isReal && 'the sandbox validates less: npm run test:cluster -- validation',
}, () => {
  const member = useMember();
  let namespace: string;
  let answers: CheckAnswers;

  before(async () => {
    namespace = await member.namespace();
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    ok(await member.create(path, gaugeDefinition));
    const gauges = `/apis/example.com/v1/namespaces/${namespace}/gauges`;
    await until('gauges to be served', async () => (await member.get(gauges)).status === 200);
    const checks = all.map((one) => ({ id: one[0], object: objectOf(one, namespace) }));
    for (const [id, property] of properties) checks.push({ id, object: definitionWith(property) });
    const around = { release: '1.37', policies: [], namespaces: {} };
    const request = { ...around, definitions: [gaugeDefinition], checks };
    answers = await new ObjectChecks(namespace).run([request]);
  });

  /** Expects the same verdict from the engine and from a server-side apply. */
  async function compare(id: string, path: string, object: KubeObject): Promise<void> {
    const query = { dryRun: 'All', fieldValidation: 'Strict', force: 'true' };
    const { status, body } = await member.apply(path, 'test', object, query);
    assert.equal(answers.type, 'answered');
    const answer = answers.type === 'answered' ? answers.answers.get(id) : undefined;
    const output = JSON.stringify({ message: Object(body).message, answer });
    assert.deepEqual(answer?.notChecked, [], output);
    assert.equal(answer?.errors.length === 0, status < 300, output);
  }

  for (const [title, property] of properties) {
    it(`EN19: the check agrees with a server-side apply about ${title}`, () => {
      const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tills.example.com';
      return compare(title, path, definitionWith(property));
    });
  }

  for (const one of all) {
    const [title, type] = one;
    it(`EN18, EN19: the check agrees with a server-side apply about ${title}`, () => {
      const object = objectOf(one, namespace);
      const { apiVersion } = object;
      const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      return compare(title, `${root}/namespaces/${namespace}/${type}/a`, object);
    });
  }
});
