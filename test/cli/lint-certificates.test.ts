/** Tests what lint says about the Secrets of the certificates of Ingresses. */
import { cluster, describeCases, type LintCase } from './lint-cases.ts';

const ingress = (secret: string, annotations = '', namespace = 'default') => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: ${namespace}, annotations: { ${annotations} } }
spec: { tls: [{ hosts: [a.example] }, { secretName: ${secret} }], rules: [{ host: a.example }] }
`;
const secret = (name: string, namespace: string, annotations = '') => `---
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: ${namespace}, annotations: { ${annotations} } }
type: Opaque
`;
const namespace = '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: certificates }\n';
const unknown =
  '  hint: add it to the templates, or accept the warning (regatta.dev/accept) if something else makes it';
const missing = (name: string) =>
  `templates/t.yaml:5:41: warning validate/missing-object: Ingress default/web needs Secret default/${name}, which nothing makes`;
const certificates = cluster(
  'one',
  '{ kubernetesVersion: v1.37.2, apiEnablements: [{ groupVersion: v1, resources: [{ kind: Secret }] }, { groupVersion: networking.k8s.io/v1, resources: [{ kind: Ingress }] }, { groupVersion: cert-manager.io/v1, resources: [{ kind: Certificate }] }] }',
);

const cases: readonly LintCase[] = [
  {
    name: 'street V2: reports the Secret of a certificate that nothing makes',
    template: ingress('web-tls'),
    want: [missing('web-tls'), unknown],
  },
  {
    name: 'street V2: names the Secret that the author may have meant',
    template: `${ingress('web-tsl')}${secret('web-tls', 'default')}`,
    want: [missing('web-tsl'), '  hint: did you mean web-tls?'],
  },
  {
    name: 'street V2: reports no Secret that the fleet has',
    template: `${ingress('web-tls')}${secret('web-tls', 'default')}`,
    want: [],
  },
  ...['cert-manager.io/cluster-issuer: le', 'kubernetes.io/tls-acme: "true"'].map((annotation) => ({
    name: `street V2: reports nothing of an Ingress with the annotation ${annotation}`,
    template: ingress('web-tls', annotation),
    want: [],
  })),
  {
    name: 'street V2: reports no Secret that a Certificate makes',
    clusters: certificates,
    template: `${ingress('web-tls')}---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web, namespace: default }
spec: { secretName: web-tls, issuerRef: { name: a }, dnsNames: [a.example] }
`,
    want: [],
  },
  {
    name: 'street V2: reports no Secret that a controller copies from another namespace',
    template: `${ingress('web-tls')}${namespace}${secret('web-tls', 'certificates', 'reflector.v1.k8s.emberstack.com/reflection-allowed: "true"')}`,
    want: [],
  },
  {
    name: 'street V2: reports a Secret that only another namespace has',
    template: `${ingress('web-tls')}${namespace}${secret('web-tls', 'certificates')}`,
    want: [missing('web-tls'), unknown],
  },
];

describeCases('lint of the certificates of Ingresses', cases);
