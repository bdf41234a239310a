import { printable } from '#model/printable.ts';
import type { Risk } from '#review/review.ts';
import type { TrafficChange } from '#traffic/ask/compare.ts';
import type { ReviewReport } from '../diff/report.ts';

/** Maximum number of targets or callers in a line. */
const shownNames = 4;

/** Returns a line for each change of traffic: `reviews.default:9080/ from gateway … : v1 33.3 % → 50 %`. */
export function trafficLines({ traffic = [] }: Pick<ReviewReport, 'traffic'>): readonly string[] {
  return traffic.map((change) => `${change.isLoss ? '! ' : ''}${lineOf(change)}`);
}

/** Returns the losses of traffic as risks. */
export function trafficRisks({ traffic = [] }: Pick<ReviewReport, 'traffic'>): readonly Risk[] {
  return traffic
    .filter(({ isLoss }) => isLoss)
    .map((change) => ({ code: 'traffic', message: lineOf(change) }));
}

function lineOf({ targets, from, changes }: TrafficChange): string {
  return printable(`${list(targets)} from ${list(from)}: ${changes.join(', ')}`);
}

function list(names: readonly string[]): string {
  if (names.length <= shownNames) return names.join(', ');
  return `${names.slice(0, shownNames - 1).join(', ')} and ${names.length - shownNames + 1} more`;
}
