import { byText } from '#model/object.ts';
import { byRank, type Candidate } from './candidates.ts';
import { type Group, type Limits, selectGroups } from './groups.ts';
import { done, failed, type PlacementResult } from './outcome.ts';

/** The spread constraints of a policy that groups clusters by region. */
export interface RegionSpread {
  readonly region: Limits;
  /** Minimum and maximum number of clusters in all regions together. */
  readonly clusters: Limits;
  readonly replicas: number;
  readonly isDivided: boolean;
}

/** The selected candidates. */
export interface Choice {
  readonly selected: readonly Candidate[];
  /** All regions, ordered by name; absent if the constraints do not group by region. */
  readonly regions?: readonly RegionScore[] | undefined;
}

/** A region, with its score and whether the scheduler selected it. */
export interface RegionScore extends Group {
  readonly isChosen: boolean;
}

/** The candidates of one region, the best first. */
interface Region extends Group {
  readonly candidates: readonly Candidate[];
}

/**
 * Selects the regions, then the best cluster of each, then the best of the other clusters.
 *
 * Source: Karmada v1.18, spreadconstraint/{select_clusters_by_region,select_groups}.go.
 */
export function selectByRegion(
  candidates: readonly Candidate[],
  spread: RegionSpread,
): PlacementResult<Choice> {
  const regions = regionsOf(candidates, spread);
  if (regions.length < spread.region.min) {
    const message = 'the number of feasible region is less than spreadConstraint.MinGroups';
    return failed('SchedulerError', message);
  }
  const step = selectGroups(regions, spread.region, spread.clusters.min);
  if (step.type === 'failed') return step;
  const chosen = step.value;
  if (chosen.length === 0) {
    const message = 'the number of clusters is less than the cluster spreadConstraint.MinGroups';
    return failed('SchedulerError', message);
  }
  const best = chosen.flatMap((region) => region.candidates.slice(0, 1));
  const others = chosen.flatMap((region) => region.candidates.slice(1)).sort(byRank);
  const left = Math.max(0, Math.min(others.length, spread.clusters.max - best.length));
  const scores = regions.map(({ name, size, score }) => ({
    name,
    size,
    score,
    isChosen: chosen.some((region) => region.name === name),
  }));
  return done({ selected: [...best, ...others.slice(0, left)], regions: scores });
}

function regionsOf(candidates: readonly Candidate[], spread: RegionSpread): readonly Region[] {
  const byRegion = Map.groupBy(candidates, ({ cluster }) => cluster.spec.region);
  return [...byRegion]
    .filter(([name]) => name !== '')
    .sort(([a], [b]) => byText(a, b))
    .map(([name, members]) => ({
      name,
      candidates: members,
      size: members.length,
      score: spread.isDivided ? scoreDivided(members, spread) : scoreDuplicated(members, spread),
    }));
}

/** The weight of a cluster or replica, against scores of clusters of up to 100. */
const unit = 1000;

function scoreDuplicated(candidates: readonly Candidate[], { replicas }: RegionSpread): number {
  const roomy = candidates.filter(({ available }) => available >= replicas);
  if (roomy.length === 0) return 0;
  return roomy.length * unit + Math.floor(scoreSum(roomy) / roomy.length);
}

function scoreDivided(
  candidates: readonly Candidate[],
  { region, clusters, replicas }: RegionSpread,
): number {
  const target = Math.ceil(replicas / region.min);
  const least = Math.max(clusters.min, region.min);
  let room = 0;
  let walked = 0;
  for (const { available } of candidates) {
    room += available;
    walked++;
    if (walked >= least && room >= target) break;
  }
  const score = scoreSum(candidates.slice(0, walked));
  if (room < target) return room * unit + Math.floor(score / candidates.length);
  return target * unit + Math.floor(score / walked);
}

function scoreSum(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { score }) => sum + score, 0);
}
