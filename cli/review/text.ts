import { inert } from '#model/printable.ts';
import type { Hunk } from '#review/review.ts';
import type { ReviewReport } from '../diff/report.ts';
import { verdictLines } from './budget.ts';
import { causeOf, diffOf, messageOf, summaryOf, titleOf } from './lines.ts';
import { trafficLines } from './traffic.ts';

/** Formats a review for a terminal. */
export function printText(report: ReviewReport): string {
  const { review } = report;
  const parts = [...trafficPart(report), ...review.hunks.map(printHunk), ...budgetPart(report)];
  return parts.length === 0
    ? 'nothing changes\n'
    : `${[summaryOf(review), ...parts].join('\n\n')}\n`;
}

function printHunk(hunk: Hunk): string {
  const { risks, fields, causes } = hunk;
  return [
    titleOf(hunk),
    ...risks.map((risk) => `  ! ${risk.code}: ${messageOf(risk)}`),
    ...fields.flatMap(diffOf).map((line) => `  ${line}`),
    ...causes.map((cause) => `  because of ${causeOf(cause)}`),
  ]
    .map(inert)
    .join('\n');
}

function budgetPart({ verdict }: ReviewReport): readonly string[] {
  const lines = verdictLines(verdict);
  return lines.length === 0 ? [] : [lines.map(inert).join('\n')];
}

function trafficPart(report: ReviewReport): readonly string[] {
  const lines = trafficLines(report);
  return lines.length === 0
    ? []
    : [['traffic', ...lines.map((line) => `  ${line}`)].map(inert).join('\n')];
}
