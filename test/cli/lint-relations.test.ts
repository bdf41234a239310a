/** Tests what lint says about objects of one cluster that need each other. */
import { cluster, deployment, describeCases, type LintCase } from './lint-cases.ts';

const two =
  cluster('one', '{ kubernetesVersion: v1.37.2 }') +
  cluster('two', '{ kubernetesVersion: v1.37.2 }');

/** Returns an object of one line of fields, as a document after another one. */
const object = (apiVersion: string, kind: string, metadata: string, rest = '') =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${metadata} }\n${rest}`;
const map = (name: string) => object('v1', 'ConfigMap', `name: ${name}`);
const rbac = 'rbac.authorization.k8s.io/v1';
const image = 'image: example.com/web:1';
const at = (line: number, column: number) =>
  `templates/t.yaml:${line}:${column}: warning validate/missing-object`;
const unknown =
  '  hint: add it to the templates, or accept the warning (regatta.dev/accept) if something else makes it';

const needs = `${image}
envFrom:
  - configMapRef: { name: settings }
  - secretRef: { name: extra, optional: true }
env:
  - { name: KEY, valueFrom: { secretKeyRef: { name: keys, key: a } } }`;
const pod = `      serviceAccountName: runner
      volumes:
        - { name: data, persistentVolumeClaim: { claimName: data } }
        - { name: root, configMap: { name: kube-root-ca.crt } }
`;

/** APIs of controllers, as the status of a cluster lists them. */
const enabled = [
  ['v1', 'Pod'],
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
  ['cert-manager.io/v1', 'Certificate'],
  ['external-secrets.io/v1', 'ExternalSecret'],
  ['postgresql.cnpg.io/v1', 'Cluster'],
  ['bitnami.com/v1alpha1', 'SealedSecret'],
]
  .map(([version, kind]) => `{ groupVersion: ${version}, resources: [{ kind: ${kind} }] }`)
  .join(', ');

const missing: readonly LintCase[] = [
  {
    name: 'street V2: reports what a workload needs and nothing makes, with near names',
    template: `${deployment(needs)}${pod}${map('setings')}`,
    want: [
      `templates/t.yaml:14:31: warning validate/missing-object: Deployment default/web needs ConfigMap default/settings, which nothing makes`,
      '  hint: did you mean setings?',
      `${at(17, 57)}: Deployment default/web needs Secret default/keys, which nothing makes`,
      unknown,
      `${at(18, 7)}: Deployment default/web needs ServiceAccount default/runner, which nothing makes`,
      unknown,
      `${at(20, 50)}: Deployment default/web needs PersistentVolumeClaim default/data, which nothing makes`,
      unknown,
    ],
  },
  {
    name: 'street V2: names the cluster that lacks what another one has',
    clusters: two,
    template: `${deployment(`${image}\nenvFrom: [{ secretRef: { name: keys } }]`)}${object('v1', 'Secret', 'name: keys')}`,
    override: object(
      'policy.karmada.io/v1alpha1',
      'ClusterOverridePolicy',
      'name: rename',
      'spec:\n  resourceSelectors: [{ apiVersion: v1, kind: Secret }]\n  overrideRules:\n    - targetCluster: { clusterNames: [two] }\n      overriders: { plaintext: [{ path: /metadata/name, operator: replace, value: other }] }\n',
    ),
    want: [
      `${at(13, 36)}: Deployment default/web needs Secret default/keys, which nothing makes (on two)`,
      '  hint: place it on this cluster, too: one gets it',
    ],
  },
  {
    name: 'street V2: reports backends, scale targets and roles that nothing makes',
    template: [
      object(
        'networking.k8s.io/v1',
        'Ingress',
        'name: web',
        'spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }\n',
      ),
      object(
        'autoscaling/v2',
        'HorizontalPodAutoscaler',
        'name: web',
        'spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }\n',
      ),
      object(
        rbac,
        'RoleBinding',
        'name: a',
        `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }\n`,
      ),
      object(
        rbac,
        'ClusterRoleBinding',
        'name: b',
        `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:discovery }\n`,
      ),
    ].join(''),
    want: [
      `${at(5, 38)}: Ingress default/web needs Service default/web, which nothing makes`,
      unknown,
      `${at(10, 82)}: HorizontalPodAutoscaler default/web needs Deployment default/web, which nothing makes`,
      unknown,
      `${at(15, 61)}: RoleBinding default/a needs Role default/reader, which nothing makes`,
      unknown,
    ],
  },
  {
    name: 'street V2: does not report what controllers make, or what is in a namespace of others',
    clusters: cluster('one', `{ kubernetesVersion: v1.37.2, apiEnablements: [${enabled}] }`),
    template: [
      deployment(
        `${image}\nenvFrom:\n${['tls', 'pulled', 'db-app', 'sealed'].map((name) => `  - secretRef: { name: ${name} }`).join('\n')}`,
      ),
      object(
        'cert-manager.io/v1',
        'Certificate',
        'name: web, namespace: default',
        'spec: { secretName: tls }\n',
      ),
      object(
        'external-secrets.io/v1',
        'ExternalSecret',
        'name: x, namespace: default',
        'spec: { target: { name: pulled } }\n',
      ),
      object('postgresql.cnpg.io/v1', 'Cluster', 'name: db, namespace: default'),
      object('bitnami.com/v1alpha1', 'SealedSecret', 'name: sealed, namespace: default'),
      object(
        'v1',
        'Pod',
        'name: other, namespace: theirs',
        `spec: { containers: [{ name: a, ${image}, envFrom: [{ secretRef: { name: none } }] }] }\n`,
      ),
      object(
        'v1',
        'Service',
        'name: db',
        'spec: { selector: { cnpg.io/cluster: db }, ports: [{ port: 1 }] }\n',
      ),
    ].join(''),
    want: [
      'templates/t.yaml:39:26: warning validate/no-namespace: Pod theirs/other: namespace theirs is not in the repository',
      '  hint: add a Namespace theirs to the templates, unless the clusters already have it',
    ],
  },
];

const selectors: readonly LintCase[] = [
  {
    name: 'street V2: reports selectors of Services and PodDisruptionBudgets that match no pods',
    template: [
      deployment(image),
      object(
        'v1',
        'Service',
        'name: web',
        'spec: { selector: { app: wbe }, ports: [{ port: 80 }] }\n',
      ),
      object(
        'policy/v1',
        'PodDisruptionBudget',
        'name: web',
        'spec: { maxUnavailable: 1, selector: { matchLabels: { app: web, tier: a } } }\n',
      ),
      object(
        'v1',
        'Service',
        'name: right',
        'spec: { selector: { app: web }, ports: [{ port: 80 }] }\n',
      ),
      object('v1', 'Service', 'name: none', 'spec: { ports: [{ port: 80 }] }\n'),
    ].join(''),
    want: [
      `templates/t.yaml:17:9: warning validate/selects-no-pods: Service default/web selects no pods of the namespace`,
      '  hint: the pods of Deployment default/web have app: web',
      `templates/t.yaml:22:28: warning validate/selects-no-pods: PodDisruptionBudget default/web selects no pods of the namespace`,
      '  hint: the pods of Deployment default/web have tier: absent',
    ],
  },
  {
    name: 'street V2: notes a ServiceAccount without a namespace in a RoleBinding',
    template: object(
      rbac,
      'RoleBinding',
      'name: a',
      'roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }\nsubjects: [{ kind: ServiceAccount, name: runner }]\n',
    ),
    want: [
      'templates/t.yaml:6:12: note validate/subject-namespace: RoleBinding default/a: the ServiceAccount runner has no namespace, so that it is the one in default',
      '  hint: write its namespace',
    ],
  },
];

describeCases('street V2: references and selectors', [...missing, ...selectors]);
