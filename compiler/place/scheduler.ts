import type { Cluster } from '#model/cluster.ts';
import { createEstimators } from './estimate.ts';
import { createJudge } from './feasible.ts';
import { memberOf } from './member.ts';
import type { PlacementRequest, PlacementRules } from './request.ts';
import { type Schedule, schedule } from './schedule.ts';
import { scheduleSteadily } from './settle.ts';
import { obeysSpread } from './spread.ts';

/** Decides for requests, by what is known of a fleet. */
export type Scheduler = (request: PlacementRequest) => Schedule;

/**
 * Karmada's scheduler for a fleet. What is the same for many requests is worked out once.
 *
 * @param clusters - in the order of their names
 */
export function createScheduler(clusters: readonly Cluster[], rules: PlacementRules): Scheduler {
  const judge = createJudge(clusters.map(memberOf), rules.profile);
  const facts = { clusters, judge, estimatorOf: createEstimators(rules), rules };
  const decide = (request: PlacementRequest) => schedule(facts, request);
  return (request) =>
    rules.profile === 'regatta' && obeysSpread(request.placement)
      ? scheduleSteadily(request, decide)
      : decide(request);
}
