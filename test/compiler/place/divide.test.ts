import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlacementRequest } from '#compiler/place/request.ts';
import type { ReplicaScheduling, WeightPreference } from '#model/policy.ts';
import { clusterOf, regatta, requestFor, scheduled, told } from './samples.ts';

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
  return schedule.failure?.message ?? told(schedule);
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
  it('gives each cluster all', () => assert.equal(divided(undefined, 3), 'a=3 b=3 c=3'));
  it('lands nowhere with 0 replicas that need something', () => {
    assert.equal(divided(undefined, 0, { isWorkload: true }), '');
  });
  it('lands everywhere as a whole what is no workload', () => {
    assert.equal(divided(undefined, 0), 'a b c');
  });
});

describe('static weights', () => {
  it('are equal without a list', () => assert.equal(divided(weighted(), 4), 'a=2 b=1 c=1'));
  it('are the best that match; who has none gets nothing', () => {
    const staticWeightList = [
      { targetCluster: { labelSelector: { matchLabels: { tier: 'gold' } } }, weight: 3 },
      { targetCluster: { clusterNames: ['a', 'b'] }, weight: 1 },
    ];
    assert.equal(divided(weighted({ staticWeightList }), 8), 'a=6 b=2');
  });
  it('are equal when nobody matches', () => {
    const staticWeightList = [{ targetCluster: { clusterNames: ['x'] }, weight: 3 }];
    assert.equal(divided(weighted({ staticWeightList }), 3), 'a=1 b=1 c=1');
  });
  it('forget what there was', () => {
    assert.equal(divided(weighted(), 3, before('c=3')), 'a=1 b=1 c=1');
  });
  it('break ties by name, one way or the other', () => {
    assert.equal(divided(weighted(), 1), 'a=1');
    assert.equal(divided(weighted(), 1, { tieOrder: 'descending' }), 'c=1');
  });
});

describe('dynamic weights', () => {
  it('are the room that there is', () =>
    assert.equal(divided(weighted(dynamic), 7), 'a=4 b=2 c=1'));
  it('need room for all', () => {
    const want =
      'failed to assign replicas: failed to scale up: Clusters available replicas 70 are not enough to schedule.';
    assert.equal(divided(weighted(dynamic), 71), want);
  });
  it('keep what there was when nothing changed', () => {
    assert.equal(divided(weighted(dynamic), 6, before('b=1 c=5')), 'b=1 c=5');
  });
  it('add to what there was', () => {
    assert.equal(divided(weighted(dynamic), 13, before('c=6')), 'a=4 b=2 c=7');
  });
  it('take away in proportion to what there was', () => {
    assert.equal(divided(weighted(dynamic), 5, before('a=6 b=2 c=4')), 'a=2 b=1 c=2');
  });
  it('move what was on a cluster that is out', () => {
    assert.equal(divided(weighted(dynamic), 9, before('x=3 a=6')), 'a=8 b=1');
  });
  it('forget what there was on a reschedule, which counts as room', () => {
    assert.equal(divided(weighted(dynamic), 8, before('c=10', true)), 'a=4 b=2 c=2');
  });
});

describe('Aggregated', () => {
  it('spreads in proportion over the fewest clusters that have room', () => {
    assert.equal(divided(aggregated, 40), 'a=40');
    assert.equal(divided(aggregated, 45), 'a=30 b=15');
  });
  it('adds first to those that have some', () => {
    assert.equal(divided(aggregated, 12, before('c=5')), 'c=12');
  });
  it('takes from the fewest', () => {
    assert.equal(divided(aggregated, 5, before('a=6 b=2')), 'a=5');
  });
});

describe('empty workloads', () => {
  it('go to selected clusters without replicas where that is asked for', () => {
    const rules = { ...regatta, enableEmptyWorkloadPropagation: true };
    const request = requestFor({ replicaScheduling: aggregated }, { replicas: 3 });
    assert.equal(told(scheduled(fleet, request, rules)), 'a=3 b=0 c=0');
  });
});
