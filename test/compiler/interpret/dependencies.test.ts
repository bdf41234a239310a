import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createInterpreter } from '#compiler/interpret/interpreter.ts';
import { refersTo } from '#model/dependency.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';

function object(type: string, spec: object, annotations: Record<string, string> = {}): KubeObject {
  const [, apiVersion = '', kind = ''] = /^(.*)\/(.*)$/.exec(type) ?? [];
  return { apiVersion, kind, metadata: { name: 'x', namespace: 'shop', annotations }, spec };
}

function dependencies(of: KubeObject, profile: Profile = 'regatta'): readonly string[] | string {
  const result = createInterpreter({ profile }).dependencies(of);
  if (result.type === 'failed') return result.message;
  return result.value.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
}

const pod = {
  serviceAccountName: 'robot',
  imagePullSecrets: [{ name: 'pull' }, {}],
  containers: [
    {
      envFrom: [{ configMapRef: { name: 'b' } }, { secretRef: { name: 'env-from' } }],
      env: [
        { valueFrom: { configMapKeyRef: { name: 'a', optional: true } } },
        { valueFrom: { secretKeyRef: { name: 'env' } } },
        { value: 'plain' },
      ],
    },
  ],
  initContainers: [{ envFrom: [{ configMapRef: { name: 'init' } }] }],
  ephemeralContainers: [{ envFrom: [{ configMapRef: { name: 'b' } }] }],
  volumes: [
    { configMap: { name: 'volume' } },
    { secret: { secretName: 'secret' } },
    { projected: { sources: [{ configMap: { name: 'in' } }, { secret: { name: 'projected' } }] } },
    { persistentVolumeClaim: { claimName: 'data' } },
    { azureFile: { secretName: 'azure' } },
    { csi: { nodePublishSecretRef: { name: 'csi' } } },
    ...['cephfs', 'cinder', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].map((type) => ({
      [type]: { secretRef: { name: type.toLowerCase() } },
    })),
    { emptyDir: {} },
  ],
};

const needs = [
  ...['a', 'b', 'in', 'init', 'volume'].map((name) => `ConfigMap shop/${name}`),
  ...['azure', 'cephfs', 'cinder', 'csi', 'env', 'env-from', 'flexvolume', 'iscsi'].map(
    (name) => `Secret shop/${name}`,
  ),
  ...['projected', 'pull', 'rbd', 'scaleio', 'secret', 'storageos'].map(
    (name) => `Secret shop/${name}`,
  ),
  'ServiceAccount shop/robot',
  'PersistentVolumeClaim shop/data',
];

const template = { template: { spec: pod } };

describe('dependencies of pods', () => {
  const rows: readonly (readonly [type: string, spec: object])[] = [
    ['v1/Pod', pod],
    ['apps/v1/Deployment', template],
    ['apps/v1/ReplicaSet', template],
    ['apps/v1/StatefulSet', template],
    ['apps/v1/DaemonSet', template],
    ['batch/v1/Job', template],
    ['batch/v1/CronJob', { jobTemplate: { spec: template } }],
    ['apps.kruise.io/v1alpha1/AdvancedCronJob', { template: { jobTemplate: { spec: template } } }],
    ['apps.kruise.io/v1alpha1/CloneSet', template],
    ['kubeflow.org/v1/TFJob', { tfReplicaSpecs: { Chief: template, Unknown: {} } }],
    ['ray.io/v1/RayJob', { submitterPodTemplate: { spec: pod } }],
    ['ray.io/v1/RayService', { rayClusterConfig: { workerGroupSpecs: [{}, template] } }],
  ];
  for (const [type, spec] of rows) {
    it(`finds all dependencies in the pod template of ${type}`, () =>
      assert.deepEqual(dependencies(object(type, spec)), needs));
  }
});

describe('dependencies of a kind', () => {
  const ref = (name: string) => ({ secretRef: { name } });
  const rows: readonly (readonly [type: string, spec: object, want: readonly string[]])[] = [
    ['v1/Pod', { serviceAccountName: 'default', volumes: [{ configMap: { name: '' } }] }, []],
    ['v1/ConfigMap', { volumes: [{ configMap: { name: 'a' } }] }, []],
    [
      'apps/v1/StatefulSet',
      {
        template: {
          spec: {
            volumes: [
              { persistentVolumeClaim: { claimName: 'own' } },
              { persistentVolumeClaim: { claimName: 'other' } },
            ],
          },
        },
        volumeClaimTemplates: [{ metadata: { name: 'own' } }],
      },
      ['PersistentVolumeClaim shop/other'],
    ],
    [
      'networking.k8s.io/v1/Ingress',
      { tls: [{ secretName: 'b' }, { secretName: 'a' }], rules: [] },
      ['Secret shop/a', 'Secret shop/b'],
    ],
    [
      'helm.toolkit.fluxcd.io/v2beta1/HelmRelease',
      {
        valuesFrom: [
          { kind: 'Secret', name: 's' },
          { kind: 'ConfigMap', name: 'c' },
        ],
        kubeConfig: ref('k'),
        serviceAccountName: 'robot',
      },
      ['ConfigMap shop/c', 'Secret shop/k', 'Secret shop/s', 'ServiceAccount shop/robot'],
    ],
    [
      'source.toolkit.fluxcd.io/v1/GitRepository',
      { ...ref('a'), verify: ref('b') },
      ['Secret shop/a', 'Secret shop/b'],
    ],
    [
      'argoproj.io/v1alpha1/Workflow',
      {
        volumes: [{ secret: { name: 'a', secretName: 'b' } }],
        executor: { serviceAccountName: 'x' },
      },
      ['Secret shop/a', 'ServiceAccount shop/x'],
    ],
    [
      'apps.kruise.io/v1alpha1/SidecarSet',
      { containers: [{ envFrom: [{ secretRef: { name: 'a' } }] }] },
      ['Secret shop/a'],
    ],
  ];
  for (const [type, spec, want] of rows) {
    it(`finds ${want.length === 0 ? 'no dependencies' : want.join(', ')} in ${type}`, () =>
      assert.deepEqual(dependencies(object(type, spec)), want));
  }

  it('ignores an Ingress secret without a name, where Karmada propagates no dependencies', () => {
    const ingress = object('networking.k8s.io/v1/Ingress', { tls: [{ secretName: 'a' }, {}] });
    assert.deepEqual(dependencies(ingress), ['Secret shop/a']);
    assert.deepEqual(dependencies(ingress, 'karmada'), []);
  });

  it('returns the derived Service and its EndpointSlices for a ServiceImport', () => {
    const result = createInterpreter({ profile: 'karmada' }).dependencies(
      object('multicluster.x-k8s.io/v1alpha1/ServiceImport', {}),
    );
    assert.deepEqual(result.type === 'known' ? result.value : [], [
      { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'derived-x' },
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        namespace: 'shop',
        labelSelector: { matchLabels: { 'kubernetes.io/service-name': 'derived-x' } },
      },
    ]);
  });
});

describe('the dependencies annotation', () => {
  const annotated = (value: string) =>
    object('v1/ConfigMap', {}, { 'resourcebinding.karmada.io/dependencies': value });
  const one = '[{"apiVersion":"v1","kind":"Secret","namespace":"shop","name":"a"}]';

  it('adds the dependencies of the annotation, which Karmada does not read', () => {
    assert.deepEqual(dependencies(annotated(one)), ['Secret shop/a']);
    assert.deepEqual(dependencies(annotated(one), 'karmada'), []);
  });

  for (const text of ['{', '{}', '[{"apiVersion":"v1","kind":"Secret"}]', '[{"name":"a"}]']) {
    it(`refuses the dependencies annotation ${text}`, () => {
      assert.match(
        String(dependencies(annotated(text))),
        /^annotation .* must be a JSON text with a list/,
      );
    });
  }
});

describe('refersTo', () => {
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', namespace: 'shop', labels: { app: 'web' } },
  };
  const to = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop' };
  const rows = [
    { reference: { ...to, name: 'a' }, want: true },
    { reference: { ...to, name: 'b' }, want: false },
    { reference: { ...to, namespace: 'other', name: 'a' }, want: false },
    { reference: { apiVersion: 'v1', kind: 'Secret', name: 'a' }, want: false },
    { reference: { ...to, kind: 'ConfigMap', name: 'a' }, want: false },
    { reference: { ...to, labelSelector: { matchLabels: { app: 'web' } } }, want: true },
    { reference: { ...to, labelSelector: { matchLabels: { app: 'db' } } }, want: false },
    { reference: to, want: false },
  ];
  for (const { reference, want } of rows) {
    it(`${want ? 'matches' : 'does not match'} a Secret with ${JSON.stringify(reference)}`, () =>
      assert.equal(refersTo(reference, secret), want));
  }
});
