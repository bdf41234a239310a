import { type RouteChecks, reportFault } from './faults.ts';

/** Sums up to this are ratios, such as 1 and 2, and not meant as percentages. */
const mostOfRatios = 10;

/** Reports routes of VirtualServices whose weights look like percentages and do not add up to 100. */
export function reportWeights(checks: RouteChecks): void {
  for (const { object, rules } of checks.routes) {
    for (const { destinations, path } of rules) {
      const weights = destinations.map(({ weight }) => (typeof weight === 'number' ? weight : 0));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      if (weights.length < 2 || weights.some((weight) => weight < 0)) continue;
      if (sum <= mostOfRatios || sum === 100) continue;
      const [share = 0] = weights;
      reportFault(checks, {
        object,
        path: [...path, 'route'],
        code: 'mesh/weights',
        severity: 'warning',
        words: `the weights add up to ${sum}, so the first destination gets ${Math.round((share / sum) * 1000) / 10} % of the requests instead of ${share} %`,
        hint: 'change the weights so that they add up to 100',
      });
    }
  }
}
