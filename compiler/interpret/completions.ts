import type { Binding } from '#model/binding.ts';
import { apportion, tieOrderOf } from '#model/webster.ts';
import { valueAt } from './fields.ts';

/**
 * The completions of a Job whose replicas are divided, shared out in proportion to them; empty when
 * it keeps those that it has.
 *
 * Source: Karmada v1.18, pkg/controllers/binding/common.go (divideReplicasByJobCompletions).
 */
export function completionsByCluster({
  template: { object },
  policy,
  replicas = 0,
  clusters,
}: Binding): ReadonlyMap<string, number> {
  const completions = valueAt(object, ['spec', 'completions']);
  const type = policy?.object.spec.placement.replicaScheduling?.replicaSchedulingType;
  if (object.kind !== 'Job' || type !== 'Divided' || replicas === 0) return new Map();
  if (typeof completions !== 'number') return new Map();
  const parties = clusters.map(({ name, replicas: votes = 0 }) => ({ name, votes, seats: 0 }));
  if (parties.every(({ votes }) => votes === 0)) return new Map();
  const shares = apportion(completions, parties, tieOrderOf(object.metadata.uid));
  return new Map(shares.map(({ name, seats }) => [name, seats]));
}
