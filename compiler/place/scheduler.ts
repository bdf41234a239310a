import type { Cluster } from '#model/cluster.ts';
import { createEstimators } from './estimate.ts';
import { createJudge } from './feasible.ts';
import { candidateCluster } from './member.ts';
import type { PlacementRequest, PlacementRules } from './request.ts';
import { type Schedule, schedule } from './schedule.ts';
import { scheduleSteadily } from './settle.ts';
import { obeysSpread } from './spread.ts';

/** Decides requests for one fleet. */
export type Scheduler = (request: PlacementRequest) => Schedule;

/**
 * Creates Karmada's scheduler for a fleet. It computes values that many requests share once.
 *
 * @param clusters - ordered by name
 */
export function createScheduler(clusters: readonly Cluster[], rules: PlacementRules): Scheduler {
  const judge = createJudge(clusters.map(candidateCluster), rules.profile);
  const facts = { clusters, judge, estimatorOf: createEstimators(rules), rules };
  const scheduleOnce = (request: PlacementRequest) => schedule(facts, request);
  return (request) =>
    rules.profile === 'regatta' && obeysSpread(request.placement)
      ? scheduleSteadily(request, scheduleOnce)
      : scheduleOnce(request);
}
