import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { healthOf } from '#syncer/health/health.ts';

const ready = { type: 'Ready', status: 'True' };
const cases: readonly [kind: string, name: string, spec: object, status: object, want: string][] = [
  ['apps/v1 Deployment', 'just created', { replicas: 1 }, {}, 'InProgress'],
  [
    'apps/v1 Deployment',
    'with a status of an older generation',
    {},
    { observedGeneration: 1, availableReplicas: 1, updatedReplicas: 1, replicas: 1 },
    'InProgress: its controller has not observed it yet',
  ],
  [
    'apps/v1 Deployment',
    'half updated',
    { replicas: 2 },
    { observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 2 },
    'InProgress: 1 of 2 replicas updated',
  ],
  [
    'apps/v1 Deployment',
    'with old replicas',
    { replicas: 1 },
    { observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 2 },
    'InProgress: 1 old replicas left',
  ],
  [
    'apps/v1 Deployment',
    'not available',
    { replicas: 1 },
    { observedGeneration: 2, replicas: 1, updatedReplicas: 1 },
    'InProgress: 0 of 1 replicas available',
  ],
  [
    'apps/v1 Deployment',
    'rolled out',
    { replicas: 1 },
    { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    'Current',
  ],
  ['apps/v1 Deployment', 'scaled to none', { replicas: 0 }, { observedGeneration: 2 }, 'Current'],
  [
    'apps/v1 Deployment',
    'stuck',
    { replicas: 1 },
    {
      observedGeneration: 2,
      conditions: [
        {
          type: 'Progressing',
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          message: 'too slow',
        },
      ],
    },
    'Failed: too slow',
  ],
  [
    'apps/v1 StatefulSet',
    'not ready',
    { replicas: 2 },
    { observedGeneration: 2, readyReplicas: 1 },
    'InProgress: 1 of 2 replicas ready',
  ],
  [
    'apps/v1 StatefulSet',
    'updated above its partition',
    { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
    { observedGeneration: 2, readyReplicas: 3, updatedReplicas: 1 },
    'Current',
  ],
  [
    'apps/v1 DaemonSet',
    'without a pod on one node',
    {},
    {
      observedGeneration: 2,
      desiredNumberScheduled: 2,
      updatedNumberScheduled: 2,
      numberAvailable: 1,
    },
    'InProgress: 1 of 2 replicas available',
  ],
  ['batch/v1 Job', 'not started', {}, {}, 'InProgress'],
  ['batch/v1 Job', 'running', {}, { startTime: 'now' }, 'Current'],
  [
    'batch/v1 Job',
    'failed',
    {},
    { conditions: [{ type: 'Failed', status: 'True', message: 'backoff limit' }] },
    'Failed: backoff limit',
  ],
  [
    'v1 Pod',
    'running, not ready',
    {},
    {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', message: 'containers with unready status' }],
    },
    'InProgress: containers with unready status',
  ],
  ['v1 Pod', 'ready', {}, { phase: 'Running', conditions: [ready] }, 'Current'],
  [
    'v1 Pod',
    'crashing',
    {},
    {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [{ name: 'web', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    },
    'Failed: container web is in CrashLoopBackOff',
  ],
  [
    'apps/v1 ReplicaSet',
    'without permission to create pods',
    { replicas: 1 },
    { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }] },
    'InProgress: exceeded quota',
  ],
  [
    'apps/v1 ReplicaSet',
    'with too many pods',
    { replicas: 1 },
    { replicas: 3, availableReplicas: 3 },
    'InProgress: 2 replicas must still terminate',
  ],
  [
    'apps/v1 StatefulSet',
    'with too many pods',
    { replicas: 1 },
    { observedGeneration: 2, replicas: 2, readyReplicas: 2, updatedReplicas: 2 },
    'InProgress: 1 replicas must still terminate',
  ],
  ['batch/v1 CronJob', 'made', { schedule: '@daily' }, {}, 'Current'],
  ['networking.k8s.io/v1 Ingress', 'made', {}, { loadBalancer: {} }, 'Current'],
  ['autoscaling/v2 HorizontalPodAutoscaler', 'made', {}, {}, 'Current'],
  [
    'policy/v1 PodDisruptionBudget',
    'not counted again yet',
    {},
    { observedGeneration: 1 },
    'InProgress: its controller has not observed it yet',
  ],
  ['policy/v1 PodDisruptionBudget', 'seen', {}, { observedGeneration: 2 }, 'Current'],
  ['v1 PersistentVolume', 'free', {}, { phase: 'Available' }, 'Current'],
  [
    'v1 PersistentVolume',
    'just created',
    {},
    { phase: 'Pending' },
    'InProgress: is not available yet',
  ],
  ['v1 PersistentVolume', 'failed', {}, { phase: 'Failed', message: 'lost' }, 'Failed: lost'],
  [
    'apiregistration.k8s.io/v1 APIService',
    'without its server',
    {},
    { conditions: [{ type: 'Available', status: 'False', message: 'no endpoints' }] },
    'InProgress: no endpoints',
  ],
  [
    'apiregistration.k8s.io/v1 APIService',
    'served',
    {},
    { conditions: [{ type: 'Available', status: 'True' }] },
    'Current',
  ],
  ['v1 PersistentVolumeClaim', 'pending', {}, { phase: 'Pending' }, 'InProgress: is Pending'],
  ['v1 Service', 'within the cluster', {}, {}, 'Current'],
  [
    'v1 Service',
    'without its load balancer',
    { type: 'LoadBalancer' },
    { loadBalancer: {} },
    'InProgress',
  ],
  ['v1 Namespace', 'active', {}, { phase: 'Active' }, 'Current'],
  ['apiextensions.k8s.io/v1 CustomResourceDefinition', 'just created', {}, {}, 'InProgress'],
  [
    'apiextensions.k8s.io/v1 CustomResourceDefinition',
    'whose names are taken',
    {},
    { conditions: [{ type: 'NamesAccepted', status: 'False', message: 'taken' }] },
    'Failed: taken',
  ],
  ['v1 ConfigMap', 'there', {}, {}, 'Current'],
  ['example.com/v1 Widget', 'without conditions', {}, {}, 'Current'],
  [
    'example.com/v1 Widget',
    'not ready',
    {},
    { conditions: [{ type: 'Ready', status: 'False', reason: 'Waiting' }] },
    'InProgress: Waiting',
  ],
  [
    'example.com/v1 Widget',
    'stalled',
    {},
    { conditions: [ready, { type: 'Stalled', status: 'True', message: 'quota' }] },
    'Failed: quota',
  ],
];

describe('healthOf', () => {
  for (const [type, name, spec, status, want] of cases) {
    it(`reports ${type} ${name} as ${want}`, () => {
      const [apiVersion = '', kind = ''] = type.split(' ');
      const metadata = { name: 'x', generation: 2 };
      const health = healthOf({ apiVersion, kind, metadata, spec, status });
      const text = health.message === '' ? health.status : `${health.status}: ${health.message}`;
      assert.ok(text === want || (health.status === want && want !== 'Current'), text);
    });
  }

  it('street P4: reports the Job of a hook as Current only when it is complete', () => {
    const metadata = { name: 'x', annotations: { 'helm.sh/hook': 'pre-install' } };
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: {} };
    const complete = { startTime: 'now', conditions: [{ type: 'Complete', status: 'True' }] };
    const states = [{ startTime: 'now' }, complete].map((status) => healthOf({ ...job, status }));
    assert.deepEqual(
      states.map(({ status }) => status),
      ['InProgress', 'Current'],
    );
  });

  it('reports an object of any kind as Terminating while it is being deleted', () => {
    const metadata = { name: 'x', deletionTimestamp: '2026-01-01T00:00:00Z' };
    assert.equal(healthOf({ apiVersion: 'v1', kind: 'Secret', metadata }).status, 'Terminating');
  });
});
