import { acknowledgementLines } from '#model/acknowledgement.ts';
import type { Deletion } from '#model/fleet-change.ts';
import { describeOverrun } from '#model/overruns.ts';
import { printable } from '#model/printable.ts';
import type { BudgetVerdict, Excess } from '#review/budget.ts';

/** Maximum number of listed deletions. A further line counts the others. */
const shown = 50;

/** Maximum number of clusters that a limit names. */
const shownClusters = 3;

/**
 * Formats deletions above the budget, with the acknowledgement that allows them.
 *
 * @param atMost - maximum number of lines of the acknowledgement; a longer one is omitted
 */
export function verdictLines(
  verdict: BudgetVerdict,
  atMost: number = Number.POSITIVE_INFINITY,
): readonly string[] {
  return rawLines(verdict, atMost).map(printable);
}

function rawLines(verdict: BudgetVerdict, atMost: number): readonly string[] {
  const { excesses, deletions, acknowledged } = verdict;
  if (excesses.length === 0) return [];
  const limits = excesses.map(limitOf);
  if (acknowledged)
    return ['deletions exceed the budget and are acknowledged:', ...limits.map(indent)];
  const acknowledgement = acknowledgementLines(deletions);
  return [
    'deletions exceed the budget:',
    ...limits.map(indent),
    'deleted objects:',
    ...deletions.slice(0, shown).map(nameOf).map(indent),
    ...(deletions.length > shown ? [indent(`and ${deletions.length - shown} more`)] : []),
    ...(acknowledgement.length > atMost
      ? [`${toAllow}, and compile again`]
      : [`${toAllow}, or commit this text there, and compile again:`]),
    ...(acknowledgement.length > atMost ? [] : acknowledgement.map(indent)),
  ];
}

const toAllow =
  'to allow these deletions, let regatta diff --acknowledge FILE write a file in policies/';

function limitOf({ clusters, ...overrun }: Excess): string {
  const rest = clusters.length - shownClusters;
  const names = clusters.slice(0, shownClusters).join(', ');
  const where = rest > 0 ? `${names} and ${rest} more` : names;
  return `${where || 'all clusters'}: ${describeOverrun(overrun)}`;
}

function nameOf({ cluster, path }: Deletion): string {
  return `${cluster}/${path}`;
}

function indent(line: string): string {
  return `  ${line}`;
}
