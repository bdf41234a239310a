/** Number of runs and seed of a property test. */
export interface Campaign {
  readonly numRuns: number;
  readonly seed?: number;
}

/**
 * @param numRuns - in `npm test`, where each run has a seed of its own; `npm run test:long` sets both
 */
export function campaign(numRuns: number): Campaign {
  const { REGATTA_LONG_RUNS: runs, REGATTA_LONG_SEED: seed } = process.env;
  return {
    numRuns: runs === undefined ? numRuns : Number(runs),
    ...(seed !== undefined && { seed: Number(seed) }),
  };
}

/**
 * Returns how long a campaign on running syncers lasts, in milliseconds.
 *
 * @param minutes - without `npm run test:long -- --minutes N`
 */
export function campaignMs(minutes: number): number {
  return Number(process.env.REGATTA_LONG_MINUTES ?? minutes) * 60_000;
}
