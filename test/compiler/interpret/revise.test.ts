import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createInterpreter } from '#compiler/interpret/interpreter.ts';
import { reviseBindings } from '#compiler/interpret/revise.ts';
import type { Binding, TargetCluster } from '#model/binding.ts';
import type { KubeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';

function object(type: string, spec: object): KubeObject {
  const [, apiVersion = '', kind = ''] = /^(.*)\/(.*)$/.exec(type) ?? [];
  return { apiVersion, kind, metadata: { name: 'x', namespace: 'shop' }, spec };
}

const nowhere = () => ({ file: 'f.yaml', line: 1, column: 1 });

const divided: PropagationPolicy = {
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'PropagationPolicy',
  metadata: { name: 'p', namespace: 'shop' },
  spec: {
    resourceSelectors: [],
    placement: {
      clusterTolerations: [],
      spreadConstraints: [],
      replicaScheduling: {
        replicaSchedulingType: 'Divided',
        replicaDivisionPreference: 'Weighted',
      },
    },
    priority: 0,
    preemption: 'Never',
    propagateDeps: false,
    dependentOverrides: [],
    schedulerName: 'default-scheduler',
    conflictResolution: 'Abort',
    preserveResourcesOnDeletion: false,
  },
};

function revised(template: KubeObject, clusters: readonly TargetCluster[], rest: Partial<Binding>) {
  const binding = { template: { object: template, at: nowhere }, clusters, ...rest };
  const { objects } = reviseBindings(
    [binding],
    createInterpreter({ profile: 'karmada' }),
    (diagnostic) => assert.fail(diagnostic.message),
  );
  return objects.map(({ object }) => object);
}

function specs(template: KubeObject, ...given: readonly number[]): readonly unknown[] {
  const clusters = given.map((replicas, index) => ({ name: `m${index}`, replicas }));
  return revised(template, clusters, { replicas: 9 }).map(({ spec }) => spec);
}

describe('the number of replicas', () => {
  const rows: readonly (readonly [type: string, before: object, after: object])[] = [
    ['apps/v1/Deployment', { replicas: 9 }, { replicas: 4 }],
    ['apps/v1/ReplicaSet', { replicas: 9 }, { replicas: 4 }],
    ['apps/v1/StatefulSet', { replicas: 9 }, { replicas: 4 }],
    ['apps/v1/Deployment', { paused: true }, { paused: true }],
    ['batch/v1/Job', { parallelism: 9 }, { parallelism: 4 }],
    ['v1/Pod', { replicas: 9 }, { replicas: 9 }],
    ['example.io/v1/Widget', { replicas: 9 }, { replicas: 9 }],
    ['apps.kruise.io/v1alpha1/CloneSet', { replicas: 9 }, { replicas: 4 }],
    ['apps.kruise.io/v1alpha1/BroadcastJob', {}, { parallelism: 4 }],
    ['argoproj.io/v1alpha1/Workflow', { parallelism: 9 }, { parallelism: 4 }],
    ['kubeflow.org/v1/Notebook', { replicas: 9 }, { replicas: 9 }],
  ];
  for (const [type, before, after] of rows) {
    it(`sets the replicas of a ${type} with ${JSON.stringify(before)}`, () => {
      assert.deepEqual(specs(object(type, before), 4), [after]);
    });
  }

  const ray = (...replicas: readonly (number | undefined)[]) =>
    object('ray.io/v1/RayService', {
      rayClusterConfig: {
        workerGroupSpecs: replicas.map((count) => (count === undefined ? {} : { replicas: count })),
      },
    });
  const rays = [
    { name: 'a single group gets all workers', before: [3], count: 6, after: [5] },
    { name: 'groups get workers in proportion', before: [1, 2], count: 7, after: [2, 4] },
    { name: 'the first group gets a half rounded up', before: [1, 1], count: 6, after: [3, 2] },
    {
      name: 'groups without replicas get equal shares',
      before: [undefined, undefined, undefined],
      count: 6,
      after: [2, 2, 1],
    },
    { name: 'the head alone leaves no workers', before: [1, 2], count: 1, after: [0, 0] },
    { name: 'no group stays without workers', before: [], count: 4, after: [] },
  ];
  for (const { name, before, count, after } of rays) {
    it(`RayService: ${name}`, () => {
      assert.deepEqual(specs(ray(...before), count), [ray(...after)['spec']]);
    });
  }
});

describe('reviseBindings', () => {
  it('leaves an object without assigned replicas unchanged', () => {
    const template = object('apps/v1/Deployment', { replicas: 9 });
    assert.deepEqual(revised(template, [{ name: 'm1' }], {}), [template]);
  });

  it('shares one object between clusters with equal replicas', () => {
    const clusters = [2, 3, 2].map((replicas, index) => ({ name: `m${index}`, replicas }));
    const template = object('apps/v1/Deployment', { replicas: 7 });
    const [a, b, c] = revised(template, clusters, { replicas: 7 });
    assert.equal(a, c);
    assert.notEqual(a, b);
    assert.deepEqual(template['spec'], { replicas: 7 });
  });

  const job = object('batch/v1/Job', { parallelism: 3, completions: 7 });
  const clusters = [
    { name: 'm1', replicas: 1 },
    { name: 'm2', replicas: 2 },
  ];

  it('divides the completions of a divided Job in proportion to its replicas', () => {
    const policy = { object: divided, at: nowhere };
    assert.deepEqual(
      revised(job, clusters, { replicas: 3, policy }).map(({ spec }) => spec),
      [
        { parallelism: 1, completions: 2 },
        { parallelism: 2, completions: 5 },
      ],
    );
  });

  it('keeps the completions of a duplicated Job', () => {
    assert.deepEqual(
      revised(job, [{ name: 'm1', replicas: 3 }], { replicas: 3 }).map(({ spec }) => spec),
      [{ parallelism: 3, completions: 7 }],
    );
  });
});
