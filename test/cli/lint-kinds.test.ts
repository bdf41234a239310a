import { cluster, describeCases } from './lint-cases.ts';

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
metadata: { name: a, namespace: default }
spec: ${spec}
`;
const gaugeSchema = `{ type: object, properties: { spec: { type: object, required: [size], properties: {
      size: { type: integer, minimum: 1 }, port: { x-kubernetes-int-or-string: true, anyOf: [{ type: integer }, { type: string }] },
      mode: { type: string, nullable: true },
      free: { type: object, x-kubernetes-preserve-unknown-fields: true },
      pod: { type: object, x-kubernetes-embedded-resource: true, properties: { spec: { type: object } } },
      parts: { type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name],
        items: { type: object, required: [name], properties: { name: { type: string } } } } } } } }`;

describeCases('lint of kinds, versions, definitions and namespaces', [
  {
    name: 'reports a removed API for new clusters, and a future API for old clusters',
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
    name: 'warns of a removed API when the version of the cluster is unknown',
    clusters: cluster('one'),
    template: 'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: { name: a }\n',
    want: [
      'templates/t.yaml:1:1: warning validate/api-removed: CronJob default/a uses batch/v1beta1, which Kubernetes removed in 1.25',
      '  hint: use batch/v1',
    ],
  },
  {
    name: 'reports a kind that a group of Kubernetes does not have',
    template: 'apiVersion: apps/v1\nkind: Deploymnt\nmetadata: { name: a }\n',
    want: [
      'templates/t.yaml:2:1: error validate/unknown-kind: Deploymnt default/a: apps/v1 has no kind Deploymnt',
      '  hint: did you mean Deployment?',
    ],
  },
  {
    name: 'P10: names the group of Kubernetes that has the kind',
    template: 'apiVersion: v1\nkind: Deployment\nmetadata: { name: a }\n',
    want: [
      'templates/t.yaml:1:1: error validate/unknown-kind: Deployment default/a: v1 has no kind Deployment',
      '  hint: did you mean apps/v1?',
    ],
  },
  {
    name: 'P10: an API version whose whole group Kubernetes removed needs no namespace',
    template:
      'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: { name: a }\n---\napiVersion: extensions/v1beta1\nkind: PodSecurityPolicy\nmetadata: { name: b }\n',
    want: [
      'templates/t.yaml:1:1: error validate/api-removed: Ingress default/a uses extensions/v1beta1, which Kubernetes removed in 1.22',
      '  hint: use networking.k8s.io/v1',
      'templates/t.yaml:5:1: error validate/api-removed: PodSecurityPolicy b uses extensions/v1beta1, which Kubernetes removed in 1.16',
      '  hint: remove it; PodSecurityPolicy has no successor',
    ],
  },
  {
    name: 'P10: names the group that a misspelt group can mean',
    template:
      'apiVersion: app/v1\nkind: Deployment\nmetadata: { name: a }\n---\napiVersion: core/v1\nkind: Secret\nmetadata: { name: a }\n---\napiVersion: networking.k8s/v1\nkind: Ingress\nmetadata: { name: a }\n---\napiVersion: example.com/v1\nkind: Service\nmetadata: { name: a }\n',
    want: [
      'the group apps',
      'the core group, with apiVersion: v1',
      'the group networking.k8s.io',
      '',
    ]
      .map((meant) => (meant === '' ? '' : `did you mean ${meant}? Otherwise `))
      .flatMap((meant, index) => {
        const [version, kind] = [
          ['app', 'Deployment'],
          ['core', 'Secret'],
          ['networking.k8s', 'Ingress'],
          ['example.com', 'Service'],
        ][index] as [string, string];
        return [
          `templates/t.yaml:${index * 4 + 2}:7: error parse/unknown-scope: ${kind} a has no namespace, and it is unknown whether kind ${kind} of ${version} is namespaced`,
          `  hint: ${meant}write metadata.namespace, add the CustomResourceDefinition, or add {group: ${version}, kind: ${kind}, scope: Cluster} to spec.kinds in regatta.yaml`,
        ];
      }),
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
    name: 'reports every fault of a custom resource by the definition in the repository, also beside an unknown field',
    template:
      definition(gaugeSchema) +
      gauge(
        '{ sice: 2, port: 1.5, mode: Slow, parts: [{ name: a }, { name: a }], pod: { apiVersion: v1, kind: Pod, metadata: { name: a }, x: 1 } }',
      ),
    want: [
      'templates/t.yaml:21:9: error validate/unknown-field: Gauge default/a: .spec.sice: field not declared in schema',
      '  hint: did you mean size?',
      'templates/t.yaml:21:62: error validate/duplicate-item: Gauge default/a: .spec.parts: duplicate entries for key [name="a"]',
      '  hint: keep one of the items, or change its key',
      'templates/t.yaml:21:133: error validate/unknown-field: Gauge default/a: .spec.pod.x: field not declared in schema',
      '  hint: the fields here are spec',
    ],
  },
  {
    name: 'accepts a custom resource that its definition allows',
    template:
      definition(gaugeSchema) +
      gauge('{ size: 1, port: http, mode: null, free: { any: [thing] } }'),
    want: [],
  },
  {
    name: 'reports a version that the definition does not serve',
    template: definition(gaugeSchema) + gauge('{}', 'v2'),
    want: [
      'templates/t.yaml:18:1: error validate/unknown-kind: Gauge default/a uses version v2, which the CustomResourceDefinition of Gauge does not serve',
      '  hint: use a served version: v1',
    ],
  },
  {
    name: 'warns of a custom resource without a definition',
    template: gauge('{}').slice(4),
    want: [
      'templates/t.yaml:2:1: warning validate/no-definition: Gauge default/a: no CustomResourceDefinition defines kind Gauge in group example.com',
      '  hint: place its CustomResourceDefinition on the cluster, or add the kind to status.apiEnablements of the cluster',
    ],
  },
  {
    name: 'accepts the kinds that the status of a cluster lists',
    clusters: cluster(
      'one',
      '{ apiEnablements: [{ groupVersion: example.com/v1, resources: [{ kind: Gauge }] }] }',
    ),
    template: gauge('{ any: thing }').slice(4),
    want: [],
  },
  {
    name: 'reports a definition with an invalid schema',
    template: definition('{ type: object, properties: { spec: { type: wrong } } }') + gauge('{}'),
    want: [
      'templates/t.yaml:9:113: error validate/invalid-value: CustomResourceDefinition gauges.example.com: spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Unsupported value: "wrong": supported values: "array", "boolean", "integer", "number", "object", "string"',
      'templates/t.yaml:15:1: error validate/invalid-value: Gauge default/a: spec: Invalid value: "object": spec in body must be of type wrong: "object"',
    ],
  },
  {
    name: 'reports a fault of a definition with one version where the author wrote it',
    template: definition(
      '{ type: object, properties: { spec: { type: object, default: {}, required: [size], properties: { size: { type: integer } } } } }',
    ).replace(/ {4}- \{ name: v2.*\n/, ''),
    want: [
      'templates/t.yaml:9:127: error validate/missing-field: CustomResourceDefinition gauges.example.com: spec.validation.openAPIV3Schema.properties[spec].default.size: Required value',
      '  hint: add spec.versions[0].schema.openAPIV3Schema.properties[spec].default.size',
    ],
  },
  {
    name: 'reports every fault of a kind of Istio without its definition, also beside an unknown field',
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
    name: 'warns once of a namespace that is not in the repository',
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
    name: 'does not report a missing namespace when a faulty object may define it',
    template: `apiVersion: v1
kind: ConfigMap
metadata: { name: a, namespace: shop }
---
apiVersion: v1
kind: Namespace
metadata: {}
`,
    want: [
      'templates/t.yaml:7:11: error parse/missing-field: Namespace lacks metadata.name',
      '  hint: add metadata.name',
    ],
  },
]);
