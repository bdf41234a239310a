import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Profile } from '#model/policy.ts';
import { objectOf, readReplicas } from './replica-counts.ts';

function count(type: string, spec: object, profile?: Profile): number | string {
  const result = readReplicas(objectOf(type, spec), profile);
  return typeof result === 'string' ? result : result.replicas;
}

describe('the replicas of a workload', () => {
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
    it(`counts the replicas of a ${type} with ${JSON.stringify(spec)}`, () => {
      assert.equal(count(type, spec), karmada);
      assert.equal(count(type, spec, 'regatta'), regatta);
    });
  }
});
