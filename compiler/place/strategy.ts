import type { Placement } from '#model/policy.ts';

/** How replicas go to the clusters. */
export type Strategy = 'Duplicated' | 'StaticWeight' | 'DynamicWeight' | 'Aggregated';

/** Karmada's name for what `replicaScheduling` asks for. */
export function strategyOf({ replicaScheduling }: Placement): Strategy {
  const { replicaSchedulingType, replicaDivisionPreference, weightPreference } =
    replicaScheduling ?? {};
  if (replicaSchedulingType !== 'Divided') return 'Duplicated';
  if (replicaDivisionPreference === 'Aggregated') return 'Aggregated';
  return weightPreference?.dynamicWeight === undefined ? 'StaticWeight' : 'DynamicWeight';
}
