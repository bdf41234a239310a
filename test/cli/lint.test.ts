import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { lintDirectory } from '#cli/lint/lint.ts';
import { planOutput, renderFleet, withFindings } from '#compiler/compile.ts';
import { startValidation } from '#compiler/validate/validate.ts';
import { ObjectChecks } from '#io/checks/object-checks.ts';
import { knownSchemas } from '#io/schemas.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';

const cluster = (name: string, status = '{}') => `
apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: { name: ${name} }
status: ${status}
---`;

const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: { name: all }
spec:
  resourceSelectors:
`;

interface Case {
  readonly name: string;
  readonly template: string;
  /** One cluster of 1.37 unless told. */
  readonly clusters?: string;
  readonly override?: string;
  readonly existing?: ReadonlyMap<string, string>;
  readonly want: readonly string[];
}

/** Renders a case, up to the questions that the engine answers. */
function start({ template, clusters, override = '', existing = new Map() }: Case) {
  const types = [...template.matchAll(/^apiVersion: (.*)\nkind: (.*)$/gm)];
  const selectors = new Set(
    types
      .filter(([, , kind]) => kind !== 'Namespace')
      .map(([, apiVersion, kind]) => `    - { apiVersion: ${apiVersion}, kind: ${kind} }`),
  );
  const files = new Map([
    ['clusters/c.yaml', clusters ?? cluster('one', '{ kubernetesVersion: v1.37.2 }')],
    ['templates/t.yaml', template],
    ['policies/p.yaml', policy + [...selectors].join('\n')],
    ...(override === '' ? [] : [['policies/o.yaml', override] as const]),
  ]);
  const rendered = renderFleet(files, new Map(), { profile: 'regatta' });
  const inputs = { known: knownSchemas(), existing, scope: 'everything' as const };
  return { rendered, existing, validation: startValidation(rendered.rendition(), inputs) };
}

/** Everything that is reported for each case, with a hint on a line of its own. */
async function lintAll(all: readonly Case[]): Promise<ReadonlyMap<Case, readonly string[]>> {
  const started = all.map((one) => ({ one, ...start(one) }));
  const requests = started.flatMap(({ validation }) => validation.requests);
  // One run for all, because to load the engine takes longer than all of the checks.
  const answers = await new ObjectChecks('test/cli/lint').run(requests);
  return new Map(
    started.map(({ one, rendered, existing, validation }) => {
      const there = { intact: [], others: existing };
      const { diagnostics } = planOutput(withFindings(rendered, validation.finish(answers)), there);
      return [one, diagnostics.flatMap((told) => formatDiagnostic(told).split('\n'))];
    }),
  );
}

const deployment = (container: string, rest = '') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: { matchLabels: { app: web } }
${rest}  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
${container.replaceAll(/^/gm, '          ')}
`;

const definition = (schema: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gauges.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Gauge, plural: gauges }
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: ${schema} } }
    - { name: v2, served: false, storage: false, schema: { openAPIV3Schema: { type: object } } }
`;
const gauge = (spec: string, version = 'v1') => `---
apiVersion: example.com/${version}
kind: Gauge
metadata: { name: a }
spec: ${spec}
`;
const gaugeSchema = `{ type: object, properties: { spec: { type: object, required: [size], properties: {
      size: { type: integer, minimum: 1 }, port: { x-kubernetes-int-or-string: true, anyOf: [{ type: integer }, { type: string }] },
      mode: { type: string, nullable: true },
      free: { type: object, x-kubernetes-preserve-unknown-fields: true },
      pod: { type: object, x-kubernetes-embedded-resource: true, properties: { spec: { type: object } } },
      parts: { type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name],
        items: { type: object, required: [name], properties: { name: { type: string } } } } } } } }`;

/** A Deployment as it was rendered, with the selector that it had. */
const earlier = (app: string) =>
  new Map([
    [
      'rendered/one/default/deployment.apps_web.yaml',
      `# Rendered by regatta compile. Do not edit: change the source and compile again.
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  selector: { matchLabels: { app: ${app} } }
  template: { metadata: { labels: { app: ${app} } }, spec: { containers: [{ name: web, image: web:1 }] } }
`,
    ],
  ]);

/** A policy for ConfigMaps, with its binding. */
const admission = (
  expression: string,
  action: string,
) => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: owners }
spec:
  matchConstraints:
    resourceRules:
      - { apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps] }
  validations:
    - expression: ${JSON.stringify(expression)}
      message: a ConfigMap needs an owner
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: owners }
spec: { policyName: owners, validationActions: [${action}] }
`;

const cases: readonly Case[] = [
  {
    name: 'finds nothing in an object that is as it should be',
    template: deployment(
      'image: web:1\nports: [{ containerPort: 53 }, { containerPort: 53, protocol: UDP }]\nresources: { limits: { cpu: 1, memory: 1.5Gi } }\nlivenessProbe: { httpGet: { port: http } }',
      '  strategy: {}\n  paused: null\n',
    ),
    want: [],
  },
  {
    name: 'tells a field that the kind does not know, and which was meant',
    template: deployment('imagee: web:1'),
    want: [
      'templates/t.yaml:12:11: error validate/unknown-field: Deployment default/web: .spec.template.spec.containers[name="web"].imagee: field not declared in schema',
      '  hint: did you mean image?',
    ],
  },
  {
    name: 'tells values of the wrong type',
    template: deployment('env: [{ name: A, value: 1 }]', '  paused: "no"\n'),
    want: [
      'templates/t.yaml:7:3: error validate/invalid-value: Deployment default/web: .spec.paused: expected boolean, got &{no}',
      'templates/t.yaml:13:28: error validate/invalid-value: Deployment default/web: .spec.template.spec.containers[name="web"].env[name="A"].value: expected string, got &value.valueUnstructured{Value:1}',
      '  hint: put it in quotes',
    ],
  },
  {
    name: 'tells words that are not taken, and quantities that are none',
    template: `${deployment('image: web:1\nimagePullPolicy: Allways')}---
apiVersion: v1
kind: ResourceQuota
metadata: { name: all }
spec: { hard: { pods: 2, cpu: 1x } }
`,
    want: [
      'templates/t.yaml:13:11: error validate/invalid-value: Deployment default/web: spec.template.spec.containers[0].imagePullPolicy: Unsupported value: "Allways": supported values: "Always", "IfNotPresent", "Never"',
      "templates/t.yaml:18:26: error validate/invalid-value: ResourceQuota default/all: spec.hard.cpu: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  },
  {
    name: 'tells fields that are missing at what lacks them',
    template: deployment('image: web:1\nvolumeMounts: [{ name: a }]'),
    want: [
      'templates/t.yaml:13:26: error validate/missing-field: Deployment default/web: spec.template.spec.containers[0].volumeMounts[0].mountPath: Required value',
      'templates/t.yaml:13:28: error validate/invalid-value: Deployment default/web: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "a"',
    ],
  },
  {
    name: 'tells items of one key, with the defaults that keys have',
    template: deployment('ports: [{ containerPort: 80 }, { containerPort: 80, protocol: TCP }]'),
    want: [
      'templates/t.yaml:12:42: error validate/duplicate-item: Deployment default/web: .spec.template.spec.containers[name="web"].ports: duplicate entries for key [containerPort=80,protocol="TCP"]',
    ],
  },
  {
    name: 'tells a fault that an override makes in the override, with its clusters',
    clusters: cluster('one') + cluster('two'),
    template: deployment('image: web:1'),
    override: `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterOverridePolicy
metadata: { name: pause }
spec:
  overrideRules:
    - targetCluster: { clusterNames: [two] }
      overriders:
        plaintext:
          - { path: /spec/paused, operator: add, value: always }
`,
    want: [
      'policies/o.yaml:9:13: error validate/invalid-value: Deployment default/web: .spec.paused: expected boolean, got &{always} (on two)',
    ],
  },
  {
    name: 'tells a fault once, however many clusters have it',
    clusters: cluster('one') + cluster('two') + cluster('three'),
    template: deployment('stdinn: true'),
    want: [
      'templates/t.yaml:12:11: error validate/unknown-field: Deployment default/web: .spec.template.spec.containers[name="web"].stdinn: field not declared in schema',
      '  hint: did you mean stdin?',
    ],
  },
  {
    name: 'tells no value of a Secret',
    template: `apiVersion: v1
kind: Secret
metadata: { name: door }
data: { key: sesame! }
`,
    want: [
      'templates/t.yaml:4:1: warning parse/plain-secret: Secret default/door is not encrypted: every reader of the repository can read it',
      "  hint: encrypt it with SOPS: sops encrypt --encrypted-regex '^(data|stringData)$'",
      'templates/t.yaml:4:9: error validate/invalid-value: Secret default/door: data.key: error decoding from json: illegal base64 data at input byte 6',
      '  hint: use stringData for plain text, or encode the value in base64',
    ],
  },
  {
    name: 'tells an API that is gone where it is gone, and one that is not there yet where it is not',
    clusters:
      cluster('old', '{ kubernetesVersion: v1.20.4 }') +
      cluster('new', '{ kubernetesVersion: v1.33.1-gke.2 }'),
    template: `apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: { name: web }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
`,
    want: [
      'templates/t.yaml:1:1: error validate/api-removed: PodDisruptionBudget default/web uses policy/v1beta1, which Kubernetes removed in 1.25 (on new)',
      '  hint: use policy/v1',
      'templates/t.yaml:5:1: error validate/api-not-served: HorizontalPodAutoscaler default/web uses autoscaling/v2, which Kubernetes serves since 1.23 (on old)',
      '  hint: place it on newer clusters, or use an older API version',
    ],
  },
  {
    name: 'warns of an API that is gone where it is not known what the cluster runs',
    clusters: cluster('one'),
    template: 'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: { name: a }\n',
    want: [
      'templates/t.yaml:1:1: warning validate/api-removed: CronJob default/a uses batch/v1beta1, which Kubernetes removed in 1.25',
      '  hint: use batch/v1',
    ],
  },
  {
    name: 'tells a kind that a group of Kubernetes does not have',
    template: 'apiVersion: apps/v1\nkind: Deploymnt\nmetadata: { name: a }\n',
    want: [
      'templates/t.yaml:2:1: error validate/unknown-kind: Deploymnt default/a: apps/v1 has no kind Deploymnt',
      '  hint: did you mean Deployment?',
    ],
  },
  {
    name: 'warns of a version that this release of Kubernetes does not have',
    template: 'apiVersion: apps/v2\nkind: Deployment\nmetadata: { name: a }\n',
    want: [
      'templates/t.yaml:1:1: warning validate/unknown-kind: Deployment default/a: apps/v2 has no kind Deployment',
      '  hint: did you mean apps/v1?',
    ],
  },
  {
    name: 'validates custom resources by the definition in the repository',
    template:
      definition(gaugeSchema) +
      gauge(
        '{ sice: 2, port: 1.5, mode: Slow, parts: [{ name: a }, { name: a }], pod: { apiVersion: v1, kind: Pod, metadata: { name: a }, x: 1 } }',
      ),
    want: [
      'templates/t.yaml:21:9: error validate/unknown-field: Gauge default/a: .spec.sice: field not declared in schema',
      '  hint: did you mean size?',
      'templates/t.yaml:21:62: error validate/duplicate-item: Gauge default/a: .spec.parts: duplicate entries for key [name="a"]',
      'templates/t.yaml:21:133: error validate/unknown-field: Gauge default/a: .spec.pod.x: field not declared in schema',
      '  hint: the fields here are spec',
    ],
  },
  {
    name: 'lets a custom resource be what its definition allows',
    template:
      definition(gaugeSchema) +
      gauge('{ size: 1, port: http, mode: null, free: { any: [thing] } }'),
    want: [],
  },
  {
    name: 'tells a version that the definition does not serve',
    template: definition(gaugeSchema) + gauge('{}', 'v2'),
    want: [
      'templates/t.yaml:18:1: error validate/unknown-kind: Gauge default/a uses version v2, which the CustomResourceDefinition of Gauge does not serve',
      '  hint: use a served version: v1',
    ],
  },
  {
    name: 'warns of a custom resource whose definition nobody gives',
    template: gauge('{}').slice(4),
    want: [
      'templates/t.yaml:2:1: warning validate/no-definition: Gauge default/a: no CustomResourceDefinition defines kind Gauge in group example.com',
      '  hint: place its CustomResourceDefinition on the cluster, or add the kind to status.apiEnablements of the cluster',
    ],
  },
  {
    name: 'takes the word of a cluster for the kinds that it has',
    clusters: cluster(
      'one',
      '{ apiEnablements: [{ groupVersion: example.com/v1, resources: [{ kind: Gauge }] }] }',
    ),
    template: gauge('{ any: thing }').slice(4),
    want: [],
  },
  {
    name: 'warns of a definition whose schema is none',
    template: definition('{ type: object, properties: { spec: { type: wrong } } }') + gauge('{}'),
    want: [
      'templates/t.yaml:9:113: error validate/invalid-value: CustomResourceDefinition gauges.example.com: spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Unsupported value: "wrong": supported values: "array", "boolean", "integer", "number", "object", "string"',
      'templates/t.yaml:15:1: error validate/invalid-value: Gauge default/a: spec: Invalid value: "object": spec in body must be of type wrong: "object"',
    ],
  },
  {
    name: 'knows the kinds of Istio without their definitions',
    template: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a }
spec: { hosts: a, htpp: [] }
`,
    want: [
      'templates/t.yaml:4:9: error validate/invalid-value: VirtualService default/a: .spec.hosts: expected list, got &{a}',
      'templates/t.yaml:4:19: error validate/unknown-field: VirtualService default/a: .spec.htpp: field not declared in schema',
      '  hint: did you mean http?',
    ],
  },
  {
    name: 'warns once of a namespace that nobody makes',
    template: `apiVersion: v1
kind: ConfigMap
metadata: { name: a, namespace: shop }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: b, namespace: shop }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: b, namespace: made }
---
apiVersion: v1
kind: Namespace
metadata: { name: made }
`,
    want: [
      'templates/t.yaml:3:22: warning validate/no-namespace: ConfigMap shop/a and 1 more: namespace shop is not in the repository',
      '  hint: add a Namespace shop to the templates, unless the clusters already have it',
    ],
  },
  {
    name: 'does not miss a namespace while an object has a fault that hides it',
    template: `apiVersion: v1
kind: ConfigMap
metadata: { name: a, namespace: shop }
---
apiVersion: v1
kind: Namespace
metadata: {}
`,
    want: ['templates/t.yaml:7:11: error parse/missing-field: Namespace lacks metadata.name'],
  },
  {
    name: 'EN20: tells that the syncer makes an object again whose manifest allows it',
    template: deployment('image: web:1').replace(
      '  name: web\n',
      '  name: web\n  annotations: { regatta.dev/replace: "true" }\n',
    ),
    existing: earlier('shop'),
    want: [
      'templates/t.yaml:7:3: note validate/immutable-field: Deployment default/web is deleted and recreated: spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: field is immutable',
    ],
  },
  {
    name: 'EN18b: does not tell of a default that the syncer drops',
    template: deployment('image: web:1', '  strategy: { type: Recreate }\n'),
    existing: earlier('web'),
    want: [],
  },
  {
    name: 'EN18b: tells of a field that the object writes beside one that forbids it',
    template: deployment(
      'image: web:1',
      '  strategy: { type: Recreate, rollingUpdate: { maxSurge: 1 } }\n',
    ),
    existing: earlier('web'),
    want: [
      "templates/t.yaml:7:31: error validate/invalid-value: Deployment default/web: spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
  },
  {
    name: 'EN18: refuses generateName',
    template: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, generateName: a- }\n',
    want: [
      'templates/t.yaml:3:22: error validate/generated-name: ConfigMap default/a has metadata.generateName, which would create a new object on each apply',
      '  hint: remove it and use metadata.name',
    ],
  },
  {
    name: 'EN21: applies the Pod Security level of the namespace',
    template: `apiVersion: v1
kind: Namespace
metadata: { name: safe, labels: { pod-security.kubernetes.io/enforce: baseline } }
---
apiVersion: v1
kind: Pod
metadata: { name: bare, namespace: safe }
spec: { hostNetwork: true, containers: [{ name: web, image: web:1 }] }
---
${deployment('image: web:1\nsecurityContext: { privileged: true }').replace('name: web\n', 'name: web\n  namespace: safe\n')}`,
    want: [
      'templates/t.yaml:5:1: error validate/denied: Pod safe/bare: pods "bare" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
      'templates/t.yaml:10:1: warning validate/api-warning: Deployment safe/web: would violate PodSecurity "baseline:latest": privileged (container "web" must not set securityContext.privileged=true)',
    ],
  },
  {
    name: 'EN21: evaluates the admission policies of the cluster',
    template: `${admission('has(object.data.owner)', 'Deny')}---
apiVersion: v1
kind: ConfigMap
metadata: { name: a }
data: { color: blue }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: b }
data: { owner: me }
`,
    want: [
      "templates/t.yaml:17:1: error validate/denied: ConfigMap default/a: ValidatingAdmissionPolicy 'owners' with binding 'owners' denied request: a ConfigMap needs an owner",
    ],
  },
  {
    name: 'EN21: warns where a policy warns',
    template: `${admission('has(object.data.owner)', 'Warn')}---
apiVersion: v1
kind: ConfigMap
metadata: { name: a }
data: { color: blue }
`,
    want: [
      "templates/t.yaml:17:1: warning validate/api-warning: ConfigMap default/a: Validation failed for ValidatingAdmissionPolicy 'owners' with binding 'owners': a ConfigMap needs an owner",
    ],
  },
  {
    name: 'warns of a change that an API server will refuse',
    template: deployment('image: web:1'),
    existing: earlier('shop'),
    want: [
      'templates/t.yaml:6:3: error validate/immutable-field: Deployment default/web cannot be updated: spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: field is immutable',
      '  hint: rename the object, or set the annotation regatta.dev/replace: "true" to let the syncer delete and recreate it',
    ],
  },
];

describe('a lint', () => {
  let found: ReadonlyMap<Case, readonly string[]>;
  before(async () => {
    found = await lintAll(cases);
  });

  for (const one of cases) {
    it(one.name, () => assert.deepEqual(found.get(one), one.want));
  }
});

describe('the examples', () => {
  const root = join(import.meta.dirname, '../../examples');
  for (const { name } of readdirSync(root, { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  )) {
    it(`${name} gives nothing to correct`, async () => {
      const found = await lintDirectory(join(root, name), { profile: 'regatta', strict: true });
      assert.deepEqual(
        found.map((one) => formatDiagnostic(one)),
        [],
      );
    });
  }
});
