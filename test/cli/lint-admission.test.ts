import { deployment, describeCases } from './lint-cases.ts';

/** Returns the file of a Deployment that was rendered earlier, with this selector. */
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

/** Returns an admission policy for ConfigMaps, with its binding. */
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

describeCases('lint of updates and admission', [
  {
    name: 'EN20: notes that the syncer recreates an object if its annotation allows it',
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
    name: 'EN18b: does not report a default that the syncer drops',
    template: deployment('image: web:1', '  strategy: { type: Recreate }\n'),
    existing: earlier('web'),
    want: [],
  },
  {
    name: 'EN18b: reports a field that another field of the object forbids',
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
    name: 'EN18: rejects generateName',
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
      '  hint: change the fields that the message names, or the label pod-security.kubernetes.io/enforce of the Namespace',
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
      '  hint: change the object as the message says, or change the policy that it names',
    ],
  },
  {
    name: 'EN21: warns if an admission policy warns',
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
    name: 'reports a change that an API server would reject',
    template: deployment('image: web:1'),
    existing: earlier('shop'),
    want: [
      'templates/t.yaml:6:3: error validate/immutable-field: Deployment default/web cannot be updated: spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: field is immutable',
      '  hint: rename the object, or set the annotation regatta.dev/replace: "true" to let the syncer delete and recreate it',
    ],
  },
]);
