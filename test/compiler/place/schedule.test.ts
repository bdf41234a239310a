import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClusterAffinityTerm, Placement } from '#model/policy.ts';
import { clusterOf, karmada, regatta, requestFor, scheduled, told } from './samples.ts';

const fleet = [
  clusterOf('a', { pods: 4 }),
  clusterOf('b', { pods: 3 }),
  clusterOf('c', { pods: 2 }),
];
const aggregated = {
  replicaSchedulingType: 'Divided',
  replicaDivisionPreference: 'Aggregated',
} as const;

function term(affinityName: string, ...clusterNames: readonly string[]): ClusterAffinityTerm {
  return { affinityName, clusterNames };
}

describe('clusterAffinities', () => {
  const clusterAffinities = [term('none', 'x'), term('small', 'c'), term('large', 'a', 'b')];
  const placement: Partial<Placement> = { clusterAffinities, replicaScheduling: aggregated };

  it('are tried in order until one can take it', () => {
    const schedule = scheduled(fleet, requestFor(placement, { replicas: 5 }));
    assert.equal(told(schedule), 'a=3 b=2');
    assert.equal(schedule.affinityName, 'large');
    assert.equal(schedule.attempts.length, 3);
  });
  it('begin at the one that was taken before', () => {
    const previous = { clusters: [], affinityName: 'large', reschedule: false };
    const schedule = scheduled(fleet, requestFor(placement, { replicas: 1, previous }));
    assert.equal(told(schedule), 'a=1');
    assert.equal(schedule.attempts.length, 1);
  });
  it('begin anew when that one is gone', () => {
    const previous = { clusters: [], affinityName: 'gone', reschedule: false };
    assert.equal(
      scheduled(fleet, requestFor(placement, { replicas: 1, previous })).affinityName,
      'small',
    );
  });
  it('fail for the reason of the first', () => {
    const { failure, clusters } = scheduled(fleet, requestFor(placement, { replicas: 99 }));
    assert.equal(failure?.reason, 'NoClusterFit');
    assert.deepEqual(clusters, []);
  });
});

describe('what was decided before', () => {
  const previous = { clusters: [{ name: 'b', replicas: 1 }], reschedule: false };
  it('goes when no cluster fits', () => {
    const clusterAffinity = { clusterNames: ['x'] };
    const schedule = scheduled(fleet, requestFor({ clusterAffinity }, { replicas: 2, previous }));
    assert.deepEqual(schedule.clusters, []);
    assert.equal(schedule.failure?.reason, 'NoClusterFit');
  });
  it('stays when there is no room for more', () => {
    const replicaScheduling = aggregated;
    const schedule = scheduled(
      fleet,
      requestFor({ replicaScheduling }, { replicas: 99, previous }),
    );
    assert.equal(told(schedule), 'b=1');
    assert.equal(schedule.failure?.reason, 'Unschedulable');
  });
});

describe('overflowAffinities', () => {
  const clusterAffinities = [
    { ...term('main', 'c'), overflowAffinities: [term('more', 'b'), term('most', 'a', 'b')] },
  ];
  const placement: Partial<Placement> = { clusterAffinities, replicaScheduling: aggregated };
  const place = (replicas: number) => {
    const schedule = scheduled(fleet, requestFor(placement, { replicas }));
    return schedule.failure?.message ?? told(schedule);
  };

  it('take what is too much, tier by tier', () => {
    assert.equal(place(2), 'c=2');
    assert.equal(place(4), 'b=2 c=2');
    assert.equal(place(8), 'a=3 b=3 c=2');
  });
  it('must have room for the rest', () => {
    const want =
      'failed to assign replicas: Clusters available replicas are not enough to schedule.';
    assert.equal(place(10), want);
  });
  it('are not for what is no workload', () => assert.equal(place(0), 'c'));
  it('keep replicas where they are, other than in Karmada', () => {
    const previous = {
      clusters: [
        { name: 'b', replicas: 2 },
        { name: 'c', replicas: 2 },
      ],
      affinityName: 'main',
      reschedule: false,
    };
    const request = requestFor(placement, { replicas: 4, previous });
    assert.equal(told(scheduled(fleet, request, regatta)), 'b=2 c=2');
    assert.equal(told(scheduled(withApis(), request, karmada)), 'c=4');
  });
});

function withApis() {
  const apis = ['apps/v1/Deployment'];
  return [
    clusterOf('a', { pods: 4, apis }),
    clusterOf('b', { pods: 3, apis }),
    clusterOf('c', { pods: 2, apis }),
  ];
}
