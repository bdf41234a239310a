import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createInterpreter } from '#compiler/interpret/interpreter.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import type { Replicas } from '#model/replica-requirements.ts';

function object(type: string, spec?: object): KubeObject {
  const [, apiVersion = '', kind = ''] = /^(.*)\/(.*)$/.exec(type) ?? [];
  const metadata = { name: 'x', namespace: 'shop' };
  return { apiVersion, kind, metadata, ...(spec === undefined ? {} : { spec }) };
}

function read(of: KubeObject, profile: Profile = 'karmada'): Replicas | string {
  const result = createInterpreter({ profile }).replicas(of);
  return result.type === 'known' ? result.value : `${result.pointer}: ${result.message}`;
}

function count(type: string, spec: object, profile?: Profile): number | string {
  const result = read(object(type, spec), profile);
  return typeof result === 'string' ? result : result.replicas;
}

function requirements(spec: object): object | undefined {
  const result = read(object('v1/Pod', spec));
  return typeof result === 'string' ? { result } : result.replicaRequirements;
}

const requests = (cpu: string, memory?: string) => ({
  resources: { requests: { cpu, ...(memory === undefined ? {} : { memory }) } },
});

describe('how many replicas', () => {
  const template = {};
  const rows: readonly (readonly [
    type: string,
    spec: object,
    karmada: unknown,
    regatta?: unknown,
  ])[] = [
    ['apps/v1/Deployment', { replicas: 3 }, 3],
    ['apps/v1/ReplicaSet', { replicas: 3 }, 3],
    ['apps/v1/StatefulSet', { replicas: 0 }, 0],
    ['apps/v1/Deployment', {}, 0, 1],
    ['apps/v1/Deployment', { replicas: null }, 0, 1],
    ['apps/v1/DaemonSet', { replicas: 3 }, 0],
    ['apps/v1beta1/Deployment', { replicas: 3 }, 0],
    ['example.io/v1/Widget', { replicas: 3 }, 0],
    ['batch/v1/Job', { parallelism: 10, completions: 4 }, 4],
    ['batch/v1/Job', { parallelism: 3, completions: 4 }, 3],
    ['batch/v1/Job', { parallelism: 3 }, 3],
    ['batch/v1/Job', { completions: 4 }, 0, 1],
    ['v1/Pod', {}, 1],
    [
      'apps/v1/Deployment',
      { replicas: '3' },
      '/spec/replicas: spec.replicas must be a whole number',
    ],
    [
      'apps/v1/Deployment',
      { replicas: 1.5 },
      '/spec/replicas: spec.replicas must be a whole number',
    ],
    ['apps/v1/Deployment', { replicas: -1 }, '/spec/replicas: spec.replicas must not be negative'],
    [
      'apps/v1/Deployment',
      { replicas: 2 ** 31 },
      '/spec/replicas: spec.replicas must be below 2³¹',
    ],
    ['apps.kruise.io/v1alpha1/CloneSet', { replicas: 6, template }, 6],
    [
      'apps.kruise.io/v1alpha1/CloneSet',
      { template },
      '/spec/replicas: spec.replicas must be a number',
      1,
    ],
    ['apps.kruise.io/v1beta1/StatefulSet', { replicas: 2, template }, 2],
    ['apps.kruise.io/v1alpha1/UnitedDeployment', { replicas: 2, template }, 2],
    ['apps.kruise.io/v1alpha1/BroadcastJob', { template }, 1],
    ['apps.kruise.io/v1alpha1/BroadcastJob', { parallelism: 4, template }, 4],
    [
      'apps.kruise.io/v1alpha1/BroadcastJob',
      { parallelism: '50%' },
      '/spec/parallelism: spec.parallelism must be a number',
    ],
    [
      'apps.kruise.io/v1alpha1/CloneSet',
      { replicas: 6 },
      '/spec/template: spec.template must be a map',
    ],
    ['apps.kruise.io/v1alpha1/SidecarSet', {}, 0],
    ['argoproj.io/v1alpha1/Workflow', { parallelism: 2 }, 2],
    ['kubeflow.org/v1/Notebook', { template }, 1],
    ['flink.apache.org/v1beta1/FlinkDeployment', {}, 2],
    [
      'flink.apache.org/v1beta1/FlinkDeployment',
      { jobManager: { replicas: 2 }, taskManager: { replicas: 4 } },
      6,
    ],
    [
      'flink.apache.org/v1beta1/FlinkDeployment',
      { job: { parallelism: 5 }, flinkConfiguration: { 'taskmanager.numberOfTaskSlots': '2' } },
      4,
    ],
    ['ray.io/v1/RayService', {}, 0],
    [
      'ray.io/v1/RayService',
      {
        rayClusterConfig: {
          headGroupSpec: { template: { spec: { containers: [] } } },
          workerGroupSpecs: [{ replicas: 2 }, {}],
        },
      },
      3,
    ],
  ];
  for (const [type, spec, karmada, regatta = karmada] of rows) {
    it(`${type} ${JSON.stringify(spec)}`, () => {
      assert.equal(count(type, spec), karmada);
      assert.equal(count(type, spec, 'regatta'), regatta);
    });
  }
});

describe('what each needs', () => {
  it('is nothing when the pod asks nothing', () => {
    assert.equal(requirements({ containers: [{ name: 'a' }] }), undefined);
  });

  it('adds up containers, each rounded up', () => {
    assert.deepEqual(
      requirements({ containers: [requests('0.5m', '1500'), requests('1500m', '1.5Gi')] }),
      { resourceRequest: { cpu: '1501m', memory: '1610614236' }, namespace: 'shop' },
    );
  });

  it('takes limits for requests that are not there', () => {
    const resources = { requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Gi' } };
    assert.deepEqual(requirements({ containers: [{ resources }] }), {
      resourceRequest: { cpu: '1', memory: '1Gi' },
      namespace: 'shop',
    });
  });

  it('is at least what an init container needs, with the overhead on top', () => {
    assert.deepEqual(
      requirements({
        containers: [requests('1', '1Gi')],
        initContainers: [requests('3'), { ...requests('2'), restartPolicy: 'Always' }],
        overhead: { cpu: '100m' },
      }),
      { resourceRequest: { cpu: '3100m', memory: '1Gi' }, namespace: 'shop' },
    );
  });

  it('counts what schedulers count', () => {
    const counted = {
      'nvidia.com/gpu': '2',
      'hugepages-2Mi': '4Mi',
      'attachable-volumes-aws': 1000,
      'ephemeral-storage': '1Ki',
    };
    const ignored = { gpu: 1, 'requests.example.io/x': 1, 'example.io/none': 0 };
    assert.deepEqual(
      requirements({ containers: [{ resources: { requests: { ...counted, ...ignored } } }] }),
      {
        resourceRequest: {
          'attachable-volumes-aws': '1k',
          'ephemeral-storage': '1Ki',
          'hugepages-2Mi': '4Mi',
          'nvidia.com/gpu': '2',
        },
        namespace: 'shop',
      },
    );
  });

  it('names the nodes', () => {
    const term = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] };
    const hardNodeAffinity = { nodeSelectorTerms: [term] };
    const tolerations = [{ key: 'gpu', operator: 'Exists' }];
    assert.deepEqual(
      requirements({
        nodeSelector: {},
        tolerations,
        affinity: {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: hardNodeAffinity },
        },
        priorityClassName: 'high',
      }),
      {
        nodeClaim: { hardNodeAffinity, nodeSelector: {}, tolerations },
        namespace: 'shop',
        priorityClassName: 'high',
      },
    );
  });

  it('is told where it cannot be read', () => {
    assert.deepEqual(requirements({ containers: [requests('1'), requests('1 core')] }), {
      result:
        '/spec/containers/1/resources/requests/cpu: spec.containers[1].resources.requests.cpu must be a quantity, such as 100m or 1Gi',
    });
  });

  it('does without empty maps in third-party kinds', () => {
    const spec = { replicas: 1, template: { spec: { nodeSelector: {} } } };
    assert.deepEqual(read(object('apps.kruise.io/v1alpha1/CloneSet', spec)), {
      replicas: 1,
      replicaRequirements: undefined,
    });
  });

  it('is where its pods can run, for a Workflow', () => {
    const nodeSelector = { disk: 'ssd' };
    const spec = { nodeSelector, containers: [requests('1')] };
    assert.deepEqual(read(object('argoproj.io/v1alpha1/Workflow', spec)), {
      replicas: 1,
      replicaRequirements: { nodeClaim: { nodeSelector }, namespace: 'shop' },
    });
  });

  it('is the larger of the two managers, for a FlinkDeployment', () => {
    const spec = {
      jobManager: { resource: { cpu: 1, memory: '2048m' } },
      taskManager: { resource: { cpu: 2, memory: '1024m' } },
      podTemplate: { spec: { nodeSelector: { disk: 'ssd' }, priorityClassName: 'high' } },
    };
    assert.deepEqual(read(object('flink.apache.org/v1beta1/FlinkDeployment', spec)), {
      replicas: 2,
      replicaRequirements: {
        nodeClaim: { nodeSelector: { disk: 'ssd' } },
        resourceRequest: { cpu: 2, memory: '2048m' },
        namespace: 'shop',
        priorityClassName: 'high',
      },
    });
  });

  it('is the most of head and workers, for a RayService', () => {
    const template = (cpu: string, memory?: string) => ({
      template: { spec: { containers: [requests(cpu, memory)] } },
    });
    const spec = {
      rayClusterConfig: {
        headGroupSpec: template('2'),
        workerGroupSpecs: [template('1', '1Gi'), template('4', '512Mi')],
      },
    };
    assert.deepEqual(read(object('ray.io/v1/RayService', spec)), {
      replicas: 1,
      replicaRequirements: { resourceRequest: { cpu: '4', memory: '1Gi' }, namespace: 'shop' },
    });
  });
});

describe('what is made of components', () => {
  const resources = { resource: { cpu: 1, memory: '1024m' } };
  const spec = {
    jobManager: resources,
    taskManager: { ...resources, replicas: 4 },
    podTemplate: { spec: { nodeSelector: { disk: 'ssd' } } },
  };
  const flink = object('flink.apache.org/v1beta1/FlinkDeployment', spec);

  it('is a number of replicas while the feature gate is off', () => {
    const result = read(flink);
    assert.equal(typeof result === 'object' && result.replicas, 5);
    assert.equal(typeof result === 'object' && result.components, undefined);
  });

  it('is what each of them asks for once it is on', () => {
    const featureGates = { MultiplePodTemplatesScheduling: true };
    const result = createInterpreter({ profile: 'karmada', featureGates }).replicas(flink);
    const replicaRequirements = {
      nodeClaim: { nodeSelector: { disk: 'ssd' } },
      resourceRequest: { cpu: 1, memory: '1024m' },
    };
    assert.deepEqual(result.type === 'known' && result.value.components, [
      { name: 'jobmanager', replicas: 1, replicaRequirements },
      { name: 'taskmanager', replicas: 4, replicaRequirements },
    ]);
  });
});
