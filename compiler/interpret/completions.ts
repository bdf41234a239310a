import { type Binding, targetsOf } from '#model/binding.ts';
import { valueAt } from '#model/object.ts';
import { apportion, tieOrderOf } from '#model/webster.ts';

/**
 * Returns the completions of a divided Job by cluster, in proportion to its replicas; empty if each
 * cluster gets all of them.
 *
 * Source: Karmada v1.18, pkg/controllers/binding/common.go (divideReplicasByJobCompletions).
 */
export function completionsByCluster(binding: Binding): ReadonlyMap<string, number> {
  const { template, policy, replicas = 0 } = binding;
  const { object } = template;
  const completions = valueAt(object, ['spec', 'completions']);
  const type = policy?.object.spec.placement.replicaScheduling?.replicaSchedulingType;
  if (object.kind !== 'Job' || type !== 'Divided' || replicas === 0) return new Map();
  if (typeof completions !== 'number') return new Map();
  const parties = targetsOf(binding).map(({ name, replicas: votes = 0 }) => ({
    name,
    votes,
    seats: 0,
  }));
  if (parties.every(({ votes }) => votes === 0)) return new Map();
  const shares = apportion(completions, parties, tieOrderOf(object.metadata.uid));
  return new Map(shares.map(({ name, seats }) => [name, seats]));
}
