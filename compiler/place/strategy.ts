import type { Placement } from '#model/policy.ts';

/** The way in which the scheduler divides replicas among clusters. */
export type Strategy = 'Duplicated' | 'StaticWeight' | 'DynamicWeight' | 'Aggregated';

/** Returns Karmada's name of the strategy that `replicaScheduling` selects. */
export function strategyOf({ replicaScheduling }: Placement): Strategy {
  const { replicaSchedulingType, replicaDivisionPreference, weightPreference } =
    replicaScheduling ?? {};
  if (replicaSchedulingType !== 'Divided') return 'Duplicated';
  if (replicaDivisionPreference === 'Aggregated') return 'Aggregated';
  return weightPreference?.dynamicWeight === undefined ? 'StaticWeight' : 'DynamicWeight';
}
