import { dump } from 'js-yaml';
import { clusterNamed } from '#test/one-member.ts';
import { seal } from '#test/seal.ts';
import { canaries } from './scan.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors:
    - {apiVersion: v1, kind: Secret}
    - {apiVersion: v1, kind: ConfigMap}
    - {apiVersion: apps/v1, kind: Deployment}
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;

const chartSecret = `apiVersion: v1
kind: Secret
metadata: {name: chart, namespace: default}
stringData:
  password: {{ .Values.password | quote }}
  word: {{ .Values.word | quote }}
`;

const chartDeployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default, annotations: {checksum/config: {{ .Values.word | sha256sum }}}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
`;

const sealedFor = (name: string) => ({ 'regatta.dev/sealed-for': name });
const metadata = (name: string, annotations: object = {}) => ({
  ...{ name, namespace: 'default', annotations },
});

/** The files of a fleet with a canary in each kind of secret that a repository can hold. */
export async function fleetFiles(revision: string): Promise<Readonly<Record<string, string>>> {
  const plain = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('plain', {
      'kubectl.kubernetes.io/last-applied-configuration': canaries.annotation + revision,
    }),
    data: { key: base64(canaries.plainSecret + revision) },
  };
  const sealed = await seal({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('sealed', sealedFor('default/sealed')),
    stringData: { key: canaries.sealedSecret },
  });
  const sealedMap = await seal({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata('sealed', sealedFor('ConfigMap/default/sealed')),
    data: { key: canaries.sealedOther },
  });
  return {
    'regatta.yaml':
      'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {sync: {sealedKinds: [ConfigMap], sealedFor: Require}}\n',
    'clusters/member1.yaml': clusterNamed('member1'),
    'policies/all.yaml': policy,
    'templates/plain.yaml': dump(plain),
    'templates/sealed.yaml': dump(sealed),
    'templates/sealed-map.yaml': dump(sealedMap),
    'templates/other.yaml': dump({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata('other'),
    }),
    'templates/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'templates/shop/values.yaml': `password: ${canaries.valuesPassword}${revision}\nword: ${canaries.valuesWord}${revision}\n`,
    'templates/shop/templates/secret.yaml': chartSecret,
    'templates/shop/templates/web.yaml': chartDeployment,
  };
}
