import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createInterpreter } from '#compiler/interpret/interpreter.ts';
import { objectOf, readReplicas } from './replica-counts.ts';

function requirements(spec: object): object | undefined {
  const result = readReplicas(objectOf('v1/Pod', spec));
  return typeof result === 'string' ? { result } : result.replicaRequirements;
}

const requests = (cpu: string, memory?: string) => ({
  resources: { requests: { cpu, ...(memory === undefined ? {} : { memory }) } },
});

describe('replica requirements', () => {
  it('returns no requirements for a pod without requests', () => {
    assert.equal(requirements({ containers: [{ name: 'a' }] }), undefined);
  });

  it('adds the requests of all containers, each rounded up', () => {
    assert.deepEqual(
      requirements({ containers: [requests('0.5m', '1500'), requests('1500m', '1.5Gi')] }),
      { resourceRequest: { cpu: '1501m', memory: '1610614236' }, namespace: 'shop' },
    );
  });

  it('counts a limit as the request of a resource without one', () => {
    const resources = { requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Gi' } };
    assert.deepEqual(requirements({ containers: [{ resources }] }), {
      resourceRequest: { cpu: '1', memory: '1Gi' },
      namespace: 'shop',
    });
  });

  it('requires at least the requests of each init container, plus the overhead', () => {
    assert.deepEqual(
      requirements({
        containers: [requests('1', '1Gi')],
        initContainers: [requests('3'), { ...requests('2'), restartPolicy: 'Always' }],
        overhead: { cpu: '100m' },
      }),
      { resourceRequest: { cpu: '3100m', memory: '1Gi' }, namespace: 'shop' },
    );
  });

  it('counts only the resources that schedulers count', () => {
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

  it('returns node selector, node affinity, tolerations and priority class', () => {
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

  it('returns the pointer of an invalid quantity', () => {
    assert.deepEqual(requirements({ containers: [requests('1'), requests('1 core')] }), {
      result:
        '/spec/containers/1/resources/requests/cpu: spec.containers[1].resources.requests.cpu must be a quantity, such as 100m or 1Gi',
    });
  });

  it('omits empty maps for third-party kinds', () => {
    const spec = { replicas: 1, template: { spec: { nodeSelector: {} } } };
    assert.deepEqual(readReplicas(objectOf('apps.kruise.io/v1alpha1/CloneSet', spec)), {
      replicas: 1,
      replicaRequirements: undefined,
    });
  });

  it('returns only the node selector of a Workflow', () => {
    const nodeSelector = { disk: 'ssd' };
    const spec = { nodeSelector, containers: [requests('1')] };
    assert.deepEqual(readReplicas(objectOf('argoproj.io/v1alpha1/Workflow', spec)), {
      replicas: 1,
      replicaRequirements: { nodeClaim: { nodeSelector }, namespace: 'shop' },
    });
  });

  it('takes the larger requests of the two managers of a FlinkDeployment', () => {
    const spec = {
      jobManager: { resource: { cpu: 1, memory: '2048m' } },
      taskManager: { resource: { cpu: 2, memory: '1024m' } },
      podTemplate: { spec: { nodeSelector: { disk: 'ssd' }, priorityClassName: 'high' } },
    };
    assert.deepEqual(readReplicas(objectOf('flink.apache.org/v1beta1/FlinkDeployment', spec)), {
      replicas: 2,
      replicaRequirements: {
        nodeClaim: { nodeSelector: { disk: 'ssd' } },
        resourceRequest: { cpu: 2, memory: '2048m' },
        namespace: 'shop',
        priorityClassName: 'high',
      },
    });
  });

  it('takes the largest requests of head and workers of a RayService', () => {
    const template = (cpu: string, memory?: string) => ({
      template: { spec: { containers: [requests(cpu, memory)] } },
    });
    const spec = {
      rayClusterConfig: {
        headGroupSpec: template('2'),
        workerGroupSpecs: [template('1', '1Gi'), template('4', '512Mi')],
      },
    };
    assert.deepEqual(readReplicas(objectOf('ray.io/v1/RayService', spec)), {
      replicas: 1,
      replicaRequirements: { resourceRequest: { cpu: '4', memory: '1Gi' }, namespace: 'shop' },
    });
  });
});

describe('workloads with components', () => {
  const resources = { resource: { cpu: 1, memory: '1024m' } };
  const spec = {
    jobManager: resources,
    taskManager: { ...resources, replicas: 4 },
    podTemplate: { spec: { nodeSelector: { disk: 'ssd' } } },
  };
  const flink = objectOf('flink.apache.org/v1beta1/FlinkDeployment', spec);

  it('returns only a number of replicas while MultiplePodTemplatesScheduling is off', () => {
    const result = readReplicas(flink);
    assert.equal(typeof result === 'object' && result.replicas, 5);
    assert.equal(typeof result === 'object' && result.components, undefined);
  });

  it('returns each component with its requirements when MultiplePodTemplatesScheduling is on', () => {
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
