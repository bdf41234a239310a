import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClusterAffinityTerm, Placement } from '#model/policy.ts';
import { clusterOf, karmada, regatta, requestFor, scheduled, shares } from './samples.ts';

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

  it('tries clusterAffinities in order until one of them fits', () => {
    const schedule = scheduled(fleet, requestFor(placement, { replicas: 5 }));
    assert.equal(shares(schedule), 'a=3 b=2');
    assert.equal(schedule.affinityName, 'large');
    assert.equal(schedule.attempts.length, 3);
  });
  it('starts at the affinity that the previous placement used', () => {
    const previous = { clusters: [], affinityName: 'large', reschedule: false };
    const schedule = scheduled(fleet, requestFor(placement, { replicas: 1, previous }));
    assert.equal(shares(schedule), 'a=1');
    assert.equal(schedule.attempts.length, 1);
  });
  it('starts at the first affinity when the previous one no longer exists', () => {
    const previous = { clusters: [], affinityName: 'gone', reschedule: false };
    assert.equal(
      scheduled(fleet, requestFor(placement, { replicas: 1, previous })).affinityName,
      'small',
    );
  });
  it('fails with the reason of the first affinity when none fits', () => {
    const { failure, clusters } = scheduled(fleet, requestFor(placement, { replicas: 99 }));
    assert.equal(failure?.reason, 'NoClusterFit');
    assert.deepEqual(clusters, []);
  });
});

describe('the previous placement', () => {
  const previous = { clusters: [{ name: 'b', replicas: 1 }], reschedule: false };
  it('drops the previous clusters when no cluster fits', () => {
    const clusterAffinity = { clusterNames: ['x'] };
    const schedule = scheduled(fleet, requestFor({ clusterAffinity }, { replicas: 2, previous }));
    assert.deepEqual(schedule.clusters, []);
    assert.equal(schedule.failure?.reason, 'NoClusterFit');
  });
  it('keeps the previous replicas when more do not fit', () => {
    const replicaScheduling = aggregated;
    const schedule = scheduled(
      fleet,
      requestFor({ replicaScheduling }, { replicas: 99, previous }),
    );
    assert.equal(shares(schedule), 'b=1');
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
    return schedule.failure?.message ?? shares(schedule);
  };

  it('places the replicas that do not fit on overflowAffinities, tier by tier', () => {
    assert.equal(place(2), 'c=2');
    assert.equal(place(4), 'b=2 c=2');
    assert.equal(place(8), 'a=3 b=3 c=2');
  });
  it('fails when the overflow tiers cannot take the remaining replicas', () => {
    const want =
      'failed to assign replicas: Clusters available replicas are not enough to schedule.';
    assert.equal(place(10), want);
  });
  it('ignores overflowAffinities for objects without replicas', () => assert.equal(place(0), 'c'));
  it('keeps replicas on their overflow tier, unlike Karmada', () => {
    const previous = {
      clusters: [
        { name: 'b', replicas: 2 },
        { name: 'c', replicas: 2 },
      ],
      affinityName: 'main',
      reschedule: false,
    };
    const request = requestFor(placement, { replicas: 4, previous });
    assert.equal(shares(scheduled(fleet, request, regatta)), 'b=2 c=2');
    assert.equal(shares(scheduled(withApis(), request, karmada)), 'c=4');
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
