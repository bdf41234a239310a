import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlacementRequest } from '#compiler/place/request.ts';
import type { ReplicaScheduling, WeightPreference } from '#model/policy.ts';
import { clusterOf, regatta, requestFor, scheduled, shares } from './samples.ts';

const fleet = [
  clusterOf('a', { pods: 40, labels: { tier: 'gold' } }),
  clusterOf('b', { pods: 20 }),
  clusterOf('c', { pods: 10 }),
];

const dynamic: WeightPreference = { dynamicWeight: 'AvailableReplicas' };

function weighted(weightPreference?: WeightPreference): ReplicaScheduling {
  const type = 'Divided' as const;
  return {
    ...{ replicaSchedulingType: type, replicaDivisionPreference: 'Weighted', weightPreference },
  };
}

function divided(
  replicaScheduling: ReplicaScheduling | undefined,
  replicas: number,
  parts: Partial<PlacementRequest> = {},
): string {
  const request = requestFor({ replicaScheduling }, { replicas, ...parts });
  const schedule = scheduled(fleet, request);
  return schedule.failure?.message ?? shares(schedule);
}

function before(text: string, reschedule = false): Partial<PlacementRequest> {
  const clusters = text.split(' ').map((part) => {
    const [name = '', replicas] = part.split('=');
    return { name, replicas: Number(replicas) };
  });
  return { previous: { clusters, reschedule } };
}

const aggregated: ReplicaScheduling = {
  replicaSchedulingType: 'Divided',
  replicaDivisionPreference: 'Aggregated',
};

describe('Duplicated', () => {
  it('assigns all replicas to each cluster', () =>
    assert.equal(divided(undefined, 3), 'a=3 b=3 c=3'));
  it('places a workload with 0 replicas nowhere', () => {
    assert.equal(divided(undefined, 0, { isWorkload: true }), '');
  });
  it('places an object without replicas on every cluster', () => {
    assert.equal(divided(undefined, 0), 'a b c');
  });
});

describe('static weights', () => {
  it('divides evenly without a staticWeightList', () =>
    assert.equal(divided(weighted(), 4), 'a=2 b=1 c=1'));
  it('uses the largest matching weight; a cluster without a match gets no replicas', () => {
    const staticWeightList = [
      { targetCluster: { labelSelector: { matchLabels: { tier: 'gold' } } }, weight: 3 },
      { targetCluster: { clusterNames: ['a', 'b'] }, weight: 1 },
    ];
    assert.equal(divided(weighted({ staticWeightList }), 8), 'a=6 b=2');
  });
  it('divides evenly when no weight matches a cluster', () => {
    const staticWeightList = [{ targetCluster: { clusterNames: ['x'] }, weight: 3 }];
    assert.equal(divided(weighted({ staticWeightList }), 3), 'a=1 b=1 c=1');
  });
  it('ignores assigned replicas with static weights', () => {
    assert.equal(divided(weighted(), 3, before('c=3')), 'a=1 b=1 c=1');
  });
  it('breaks ties by name, in ascending or descending order', () => {
    assert.equal(divided(weighted(), 1), 'a=1');
    assert.equal(divided(weighted(), 1, { tieOrder: 'descending' }), 'c=1');
  });
});

describe('dynamic weights', () => {
  it('divides by available replicas', () =>
    assert.equal(divided(weighted(dynamic), 7), 'a=4 b=2 c=1'));
  it('fails when the available replicas are too few', () => {
    const want =
      'failed to assign replicas: failed to scale up: Clusters available replicas 70 are not enough to schedule.';
    assert.equal(divided(weighted(dynamic), 71), want);
  });
  it('keeps the assigned replicas when their number does not change', () => {
    assert.equal(divided(weighted(dynamic), 6, before('b=1 c=5')), 'b=1 c=5');
  });
  it('adds new replicas to the assigned ones', () => {
    assert.equal(divided(weighted(dynamic), 13, before('c=6')), 'a=4 b=2 c=7');
  });
  it('scales down in proportion to the assigned replicas', () => {
    assert.equal(divided(weighted(dynamic), 5, before('a=6 b=2 c=4')), 'a=2 b=1 c=2');
  });
  it('moves the replicas of a cluster that no longer fits', () => {
    assert.equal(divided(weighted(dynamic), 9, before('x=3 a=6')), 'a=8 b=1');
  });
  it('counts assigned replicas as available on a reschedule', () => {
    assert.equal(divided(weighted(dynamic), 8, before('c=10', true)), 'a=4 b=2 c=2');
  });
});

describe('Aggregated', () => {
  it('divides in proportion over the fewest clusters that fit all replicas', () => {
    assert.equal(divided(aggregated, 40), 'a=40');
    assert.equal(divided(aggregated, 45), 'a=30 b=15');
  });
  it('scales up clusters with assigned replicas first', () => {
    assert.equal(divided(aggregated, 12, before('c=5')), 'c=12');
  });
  it('scales down to the fewest clusters', () => {
    assert.equal(divided(aggregated, 5, before('a=6 b=2')), 'a=5');
  });
});

describe('empty workloads', () => {
  it('places a workload on selected clusters with 0 replicas when empty workloads propagate', () => {
    const rules = { ...regatta, enableEmptyWorkloadPropagation: true };
    const request = requestFor({ replicaScheduling: aggregated }, { replicas: 3 });
    assert.equal(shares(scheduled(fleet, request, rules)), 'a=3 b=0 c=0');
  });
});
