/** Random questions that reach into all corners of Karmada's scheduler. */
import fc from 'fast-check';
import type { TargetCluster } from '#model/binding.ts';
import type {
  ClusterAffinityTerm,
  NamedAffinity,
  Placement,
  SpreadConstraint,
} from '#model/policy.ts';
import type { ReplicaRequirements } from '#model/replica-requirements.ts';
import type { ClusterAffinity } from '#model/selector.ts';
import type { ClusterParts } from '#test/compiler/place/samples.ts';
import type { Question } from './question.ts';

const names = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8'];
const size = { minLength: names.length, maxLength: names.length };
const some = fc.subarray(names, { minLength: 1 });

function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(usual, usual, usual, ...others);
}

const room = fc.oneof(
  fc.constant({}),
  fc.constant({ pods: 20, allocatable: { cpu: '10', memory: '32Gi' } }),
  fc
    .record({ pods: fc.nat(60), cpu: fc.nat(40_000), memory: fc.nat(64), used: fc.nat(20) })
    .map(({ pods, cpu, memory, used }) => ({
      pods,
      allocatable: { cpu: `${cpu}m`, memory: `${memory}Gi` },
      allocated: { cpu: `${used * 100}m`, pods: used },
    })),
  fc
    .array(fc.record({ grade: fc.nat(2), count: fc.nat(4) }), { minLength: 1, maxLength: 3 })
    .map((grades) => ({ pods: 40, allocatable: { cpu: '10' }, grades })),
);

const cluster: fc.Arbitrary<ClusterParts> = fc
  .tuple(
    fc.record({
      region: fc.constantFrom('', 'eu', 'eu', 'us', 'us', 'ap'),
      provider: fc.constantFrom('', 'p', 'q'),
      zones: fc.constantFrom([], ['z1'], ['z1', 'z2']),
      labels: fc.constantFrom({}, { tier: 'one' }, { tier: 'two' }),
      apis: mostly(['apps/v1/Deployment'], ['v1/Pod']),
      taints: mostly<NonNullable<ClusterParts['taints']>>(
        [],
        [{ key: 'k', value: '', effect: 'NoSchedule' }],
        [{ key: 'k', value: 'v', effect: 'NoExecute' }],
      ),
    }),
    room,
    mostly({}, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
  )
  .map(([parts, resources, deletion]) => ({ ...parts, ...resources, ...deletion }));

const affinity: fc.Arbitrary<ClusterAffinity> = fc.oneof(
  some.map((clusterNames) => ({ clusterNames })),
  fc.constantFrom<ClusterAffinity>(
    {},
    { labelSelector: { matchLabels: { tier: 'one' } } },
    { fieldSelector: { matchExpressions: [{ key: 'region', operator: 'NotIn', values: ['us'] }] } },
    { fieldSelector: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['z2'] }] } },
    { exclude: ['m1', 'm3'] },
  ),
);

const type = { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' } as const;
const weights = fc.record({ targetCluster: affinity, weight: fc.integer({ min: 1, max: 5 }) });
const scheduling: fc.Arbitrary<Placement['replicaScheduling']> = fc.oneof(
  fc.constantFrom<Placement['replicaScheduling']>(
    undefined,
    { replicaSchedulingType: 'Duplicated' },
    { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Aggregated' },
    type,
    { ...type, weightPreference: { dynamicWeight: 'AvailableReplicas' } },
  ),
  fc
    .array(weights, { maxLength: 3 })
    .map((staticWeightList) => ({ ...type, weightPreference: { staticWeightList } })),
);

function by(
  spreadByField: NonNullable<SpreadConstraint['spreadByField']>,
): fc.Arbitrary<SpreadConstraint> {
  return fc
    .record({
      minGroups: fc.integer({ min: 1, max: 3 }),
      extra: fc.nat(3),
      open: mostly(false, true),
    })
    .map(({ minGroups, extra, open }) => ({
      ...{ spreadByField, minGroups },
      ...(open ? {} : { maxGroups: minGroups + extra }),
    }));
}

const spread: fc.Arbitrary<readonly SpreadConstraint[]> = fc.oneof(
  fc.constant([]),
  fc.tuple(by('cluster')),
  fc.tuple(by('region'), by('cluster')),
  fc.tuple(by('zone'), by('cluster')),
  fc.tuple(by('provider'), by('cluster'), by('region')),
);

const terms: fc.Arbitrary<readonly ClusterAffinityTerm[]> = fc
  .array(fc.tuple(affinity, fc.array(affinity, { maxLength: 2 })), { minLength: 1, maxLength: 3 })
  .map((all) =>
    all.map(([own, overflow], index) => ({
      ...own,
      affinityName: `t${index}`,
      ...(overflow.length === 0 ? {} : { overflowAffinities: overflow.map(named) }),
    })),
  );

function named(affinity: ClusterAffinity, order: number): NamedAffinity {
  return { ...affinity, affinityName: `o${order}` };
}

const placement: fc.Arbitrary<Partial<Placement>> = fc
  .record({
    replicaScheduling: scheduling,
    spreadConstraints: spread,
    clusterTolerations: mostly<Placement['clusterTolerations']>(
      [],
      [{ key: 'k', operator: 'Exists' }],
      [{ key: 'k', value: 'v' }],
      [{ operator: 'Exists', effect: 'NoSchedule' }],
    ),
    affinities: fc.oneof(
      fc.constant({}),
      affinity.map((clusterAffinity) => ({ clusterAffinity })),
      terms.map((clusterAffinities) => ({ clusterAffinities })),
    ),
  })
  .map(({ affinities, ...rest }) => withoutOddOverflow({ ...rest, ...affinities }));

/** Karmada refuses overflows where replicas are not divided by room. */
export function withoutOddOverflow(parts: Partial<Placement>): Partial<Placement> {
  const { replicaDivisionPreference, weightPreference } = parts.replicaScheduling ?? {};
  if (replicaDivisionPreference === 'Aggregated' || weightPreference?.dynamicWeight) return parts;
  const { clusterAffinities } = parts;
  if (clusterAffinities === undefined) return parts;
  return {
    ...parts,
    clusterAffinities: clusterAffinities.map(({ overflowAffinities: _, ...term }) => term),
  };
}

const requirements = fc.constantFrom<ReplicaRequirements | undefined>(
  undefined,
  { resourceRequest: { cpu: '500m' } },
  { resourceRequest: { cpu: '1', memory: '2Gi' } },
  { nodeClaim: { nodeSelector: { disk: 'ssd' } } },
  { resourceRequest: { 'example.com/gpu': '1' } },
);

const parts = fc.record({
  members: some,
  clusters: fc.array(cluster, size),
  placement,
  replicas: fc.oneof(fc.nat(60), fc.constantFrom(0, 1, 2, 3, 5)),
  requirements,
  before: fc.oneof(fc.constant<string[]>([]), fc.subarray(names)),
  shares: fc.array(fc.integer({ min: 1, max: 30 }), size),
  isExact: fc.boolean(),
  affinity: fc.constantFrom(undefined, 't0', 't1', 'gone'),
  reschedule: mostly(false, true),
  uid: fc.constantFrom('', 'a', 'b'),
  empty: mostly(false, true),
});

/** Questions of at most eight clusters. */
export const questions: fc.Arbitrary<Question> = parts
  .map(({ members, clusters, before, shares, isExact, ...rest }) => {
    const { replicas } = rest;
    const isKept = isExact && before.length > 0 && replicas >= before.length;
    const previous = before.map((name, index): TargetCluster => {
      if (replicas === 0) return { name };
      if (!isKept) return { name, replicas: shares[index] };
      return { name, replicas: index === 0 ? replicas - before.length + 1 : 1 };
    });
    const fleet = Object.fromEntries(members.map((name, index) => [name, clusters[index] ?? {}]));
    const hasTerms = rest.placement.clusterAffinities !== undefined;
    return { ...rest, fleet, previous, affinity: hasTerms ? rest.affinity : undefined };
  })
  .filter(({ replicas, reschedule }) => replicas > 0 || !reschedule);
