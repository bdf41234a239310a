import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { PlacementRequest } from '#compiler/place/request.ts';
import type { Schedule } from '#compiler/place/schedule.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Placement } from '#model/policy.ts';
import {
  clusterOf,
  placementOf,
  regatta,
  requestFor,
  scheduled,
} from '#test/compiler/place/samples.ts';
import { withoutOddOverflow } from '#test/peers/karmada-scheduler/questions.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const some = fc.subarray(names, { minLength: 1 });

const cluster = fc.record({
  region: fc.constantFrom('', 'eu', 'us', 'ap'),
  pods: fc.nat(40),
  taints: fc.constantFrom([], [{ key: 'k', value: '', effect: 'NoSchedule' as const }]),
});

const fleets: fc.Arbitrary<readonly Cluster[]> = fc
  .tuple(some, fc.array(cluster, { minLength: names.length, maxLength: names.length }))
  .map(([chosen, parts]) => chosen.map((name, index) => clusterOf(name, parts[index])));

const scheduling = fc.constantFrom<Placement['replicaScheduling']>(
  undefined,
  { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' },
  { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Aggregated' },
  {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference: 'Weighted',
    weightPreference: { dynamicWeight: 'AvailableReplicas' },
  },
  {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference: 'Weighted',
    weightPreference: {
      staticWeightList: [
        { targetCluster: { clusterNames: ['a', 'c', 'e'] }, weight: 3 },
        { targetCluster: { clusterNames: ['b'] }, weight: 2 },
      ],
    },
  },
);

const limits = fc.record({ minGroups: fc.integer({ min: 1, max: 3 }), extra: fc.nat(3) });
const spread = fc
  .tuple(fc.boolean(), limits, limits)
  .map(([byRegion, regions, clusters]): Placement['spreadConstraints'] => [
    ...(byRegion ? [constraint('region', regions)] : []),
    constraint('cluster', clusters),
  ]);

function constraint(
  spreadByField: 'region' | 'cluster',
  { minGroups, extra }: { readonly minGroups: number; readonly extra: number },
) {
  return { spreadByField, minGroups, maxGroups: minGroups + extra };
}

const terms = fc
  .tuple(some, some, some)
  .map(([first, second, third]): Placement['clusterAffinities'] => [
    { affinityName: 'one', clusterNames: first },
    {
      affinityName: 'two',
      clusterNames: second,
      overflowAffinities: [{ affinityName: 'more', clusterNames: third }],
    },
  ]);

const placements: fc.Arbitrary<Placement> = fc
  .record({
    replicaScheduling: scheduling,
    spreadConstraints: fc.oneof(fc.constant([]), spread),
    clusterAffinities: fc.option(terms, { nil: undefined }),
  })
  .map((parts) => placementOf(withoutOddOverflow(parts)));

const requests: fc.Arbitrary<PlacementRequest> = fc
  .tuple(placements, fc.nat(60))
  .map(([placement, replicas]) => requestFor(placement, { replicas }));

/** Asserts that a second placement keeps the first one, and returns it; undefined when placement fails. */
function stays(fleet: readonly Cluster[], request: PlacementRequest): Schedule | undefined {
  const first = scheduled(fleet, request, regatta);
  if (first.failure !== undefined) return undefined;
  const { clusters, affinityName } = first;
  const previous = { clusters, affinityName, reschedule: false };
  const second = scheduled(fleet, { ...request, previous }, regatta);
  assert.deepEqual(second.clusters, clusters);
  assert.equal(second.affinityName, affinityName);
  return first;
}

describe('a placement', () => {
  it('assigns all replicas to clusters of the fleet, each at most once, sorted by name', () => {
    fc.assert(
      fc.property(fleets, requests, (fleet, request) => {
        const { clusters, failure } = scheduled(fleet, request);
        if (failure !== undefined) return;
        const chosen = clusters.map(({ name }) => name);
        const known = fleet.map(({ metadata }) => metadata.name);
        assert.deepEqual(chosen, [...new Set(chosen)].toSorted());
        assert.ok(chosen.every((name) => known.includes(name)));
        if (request.replicas === 0) return;
        const replicas = clusters.map((target) => target.replicas ?? 0);
        assert.ok(replicas.every((count) => count > 0));
        const isDivided = request.placement.replicaScheduling !== undefined;
        const sum = replicas.reduce((total, count) => total + count, 0);
        const all = isDivided ? request.replicas : request.replicas * clusters.length;
        assert.equal(sum, all);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of the previous clusters', () => {
    fc.assert(
      fc.property(fleets, requests, (fleet, request) => {
        const { clusters, affinityName } = scheduled(fleet, request);
        const results = [clusters, clusters.toReversed()].map((kept) => {
          const previous = { clusters: kept, affinityName, reschedule: false };
          return scheduled(fleet, { ...request, previous }).clusters;
        });
        assert.deepEqual(results[0], results[1]);
      }),
    );
  });

  it('keeps a placement when nothing changes, also after an earlier change of the fleet', () => {
    fc.assert(
      fc.property(fleets, fleets, requests, fc.nat(60), (fleet, later, request, replicas) => {
        const first = stays(fleet, request);
        if (first === undefined) return;
        const { clusters, affinityName } = first;
        const previous = { clusters, affinityName, reschedule: false };
        const size = request.replicas === 0 ? 0 : replicas + 1;
        stays(later, { ...request, replicas: size, previous });
      }),
      { numRuns: 1000 },
    );
  });
});
