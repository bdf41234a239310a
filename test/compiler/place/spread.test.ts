import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { selectGroups } from '#compiler/place/groups.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Placement, ReplicaScheduling, SpreadConstraint } from '#model/policy.ts';
import { clusterOf, karmada, regatta, requestFor, scheduled, shares } from './samples.ts';

const fleet = [
  clusterOf('a', { region: 'eu', pods: 10 }),
  clusterOf('b', { region: 'eu', pods: 20 }),
  clusterOf('c', { region: 'us', pods: 30 }),
  clusterOf('d', { region: 'us', pods: 5 }),
  clusterOf('e', { region: 'ap', pods: 1 }),
];
const apis = ['apps/v1/Deployment'];
const known = [clusterOf('a', { apis }), clusterOf('b', { apis })];
const aggregated = {
  replicaSchedulingType: 'Divided',
  replicaDivisionPreference: 'Aggregated',
} as const;

function by(
  spreadByField: NonNullable<SpreadConstraint['spreadByField']>,
  minGroups: number,
  maxGroups?: number,
): SpreadConstraint {
  return { spreadByField, minGroups, maxGroups };
}

function outcome(
  constraints: readonly SpreadConstraint[],
  replicas: number,
  how: { replicaScheduling?: ReplicaScheduling; clusters?: readonly Cluster[] } = {},
  rules = regatta,
): string {
  const { clusters = fleet, replicaScheduling } = how;
  const placement: Partial<Placement> = { spreadConstraints: constraints, replicaScheduling };
  const schedule = scheduled(clusters, requestFor(placement, { replicas }), rules);
  return schedule.failure?.message ?? shares(schedule);
}

describe('spread by cluster', () => {
  it('selects the clusters with the most available replicas, then by name', () => {
    assert.equal(outcome([by('cluster', 1, 2)], 1), 'b=1 c=1');
    assert.equal(outcome([by('cluster', 1, 2)], 0), 'a b');
  });
  it('fails with fewer clusters than minGroups', () => {
    const want =
      'failed to select clusters: the number of feasible clusters is less than spreadConstraint.MinGroups';
    assert.equal(outcome([by('cluster', 6, 6)], 0), want);
  });
  it('has no upper limit without maxGroups, where Karmada selects nothing', () => {
    assert.equal(outcome([by('cluster', 1)], 0, { clusters: known }), 'a b');
    assert.equal(
      outcome([by('cluster', 1)], 0, { clusters: known }, karmada),
      'failed to assign replicas: no clusters available to schedule',
    );
    assert.equal(
      outcome([by('cluster', 1)], 0, { clusters: known, replicaScheduling: aggregated }, karmada),
      'failed to select clusters: no enough resource when selecting 0 clusters',
    );
  });
  it('fails when the selected clusters do not fit all replicas', () => {
    assert.equal(
      outcome([by('cluster', 1, 2)], 51, { replicaScheduling: aggregated }),
      'failed to select clusters: no enough resource when selecting 2 clusters',
    );
  });
  it('ignores a cluster constraint with static weights', () => {
    const replicaScheduling = {
      replicaSchedulingType: 'Divided',
      replicaDivisionPreference: 'Weighted',
    } as const;
    assert.equal(outcome([by('cluster', 1, 1)], 5, { replicaScheduling }), 'a=1 b=1 c=1 d=1 e=1');
    assert.equal(
      outcome([by('cluster', 1, 1)], 5, {
        replicaScheduling: { ...replicaScheduling, weightPreference: {} },
      }),
      'c=5',
    );
  });
  it('replaces the last selected cluster by one with more available replicas', () => {
    const clusters = [
      clusterOf('a', { pods: 40 }),
      clusterOf('b', { pods: 30 }),
      clusterOf('c', { pods: 60 }),
    ];
    const previous = {
      clusters: [
        { name: 'a', replicas: 0 },
        { name: 'b', replicas: 0 },
      ],
      reschedule: false,
    };
    const placement = { spreadConstraints: [by('cluster', 2, 2)], replicaScheduling: aggregated };
    const { attempts } = scheduled(clusters, requestFor(placement, { replicas: 80, previous }));
    assert.deepEqual(
      attempts[0]?.selected.map(({ name }) => name),
      ['a', 'c'],
    );
  });
});

describe('spread by region', () => {
  it('selects the best cluster of each region, then the best of the others', () => {
    assert.equal(
      outcome([by('region', 2, 2), by('cluster', 3, 3)], 1),
      'b=1 c=1 a=1'.split(' ').sort().join(' '),
    );
  });
  it('fails with fewer regions than minGroups', () => {
    const want =
      'failed to select clusters: the number of feasible region is less than spreadConstraint.MinGroups';
    assert.equal(outcome([by('region', 4, 4), by('cluster', 4, 4)], 0), want);
  });
  it('fails when the regions have fewer clusters than minGroups', () => {
    const want =
      'failed to select clusters: the number of clusters is less than the cluster spreadConstraint.MinGroups';
    assert.equal(outcome([by('region', 1, 2), by('cluster', 5, 5)], 0), want);
  });
  it('prefers regions that fit their share of the replicas', () => {
    assert.equal(
      outcome([by('region', 1, 1), by('cluster', 1, 2)], 31, { replicaScheduling: aggregated }),
      'c=27 d=4',
    );
  });
  it('rejects a spread by zone or provider alone', () => {
    assert.equal(
      outcome([by('zone', 1, 1)], 0, { clusters: [clusterOf('a', { zones: ['z'] })] }),
      'failed to select clusters: just support cluster and region spread constraint',
    );
  });
});

describe('selectGroups', () => {
  const groups = (sizes: Readonly<Record<string, readonly [number, number]>>) =>
    Object.entries(sizes).map(([name, [size, score]]) => ({ name, size, score }));
  const names = (sizes: Parameters<typeof groups>[0], min: number, max: number, target: number) => {
    const step = selectGroups(groups(sizes), { min, max }, target);
    return step.type === 'failed' ? step.message : step.value.map(({ name }) => name).join(' ');
  };

  it('selects the groups with the highest score', () => {
    assert.equal(names({ a: [1, 5], b: [1, 9], c: [1, 7] }, 2, 2, 2), 'b c');
  });
  it('adds no group to a sufficient selection', () => {
    assert.equal(names({ a: [3, 1], b: [3, 9] }, 1, 2, 3), 'b');
  });
  it('selects more groups when fewer do not suffice', () => {
    assert.equal(names({ a: [1, 1], b: [2, 1], c: [3, 1] }, 1, 3, 6), 'a b c');
  });
  it('prefers the shortest sufficient prefix of the best groups', () => {
    assert.equal(names({ a: [1, 9], b: [2, 8], c: [2, 7] }, 1, 3, 3), 'a b');
  });
  it('selects nothing when the largest groups do not suffice', () => {
    assert.equal(names({ a: [1, 9], b: [2, 8] }, 1, 2, 4), '');
  });
  it('fails when there are millions of combinations of groups', () => {
    const sizes = Array.from({ length: 30 }, (_, index) => [index, [1, 0] as const] as const);
    assert.equal(
      names(Object.fromEntries(sizes), 15, 15, 15),
      'too many combinations of 30 groups to choose from',
    );
  });
  it('selects all groups when minGroups requires them', () => {
    assert.equal(names({ a: [1, 1], b: [1, 9] }, 2, 2, 1), 'b a');
  });
});
