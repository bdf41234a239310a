import { type DeletedFiles, foldDeletions } from '#model/deletion-budget.ts';
import type { BudgetVerdict, Deletion } from '#review/budget.ts';
import { count } from '../print/compile.ts';

/** Maximum number of listed deletions. A further line counts the others. */
const shown = 50;

/**
 * Formats deletions above the budget, with the acknowledgement that allows them.
 *
 * @param atMost - maximum number of lines of the acknowledgement; a longer one is omitted
 */
export function verdictLines(
  verdict: BudgetVerdict,
  atMost: number = Number.POSITIVE_INFINITY,
): readonly string[] {
  const { excesses, deletions, digest, acknowledged } = verdict;
  if (excesses.length === 0) return [];
  const limits = excesses.map(
    ({ of, found, allowed }) => `${of}: ${count(found, 'object')} deleted, ${allowed} allowed`,
  );
  if (acknowledged)
    return ['deletions exceed the budget and are acknowledged:', ...limits.map(indent)];
  const acknowledgement = acknowledgementOf(digest, foldDeletions(deletions));
  return [
    'deletions exceed the budget:',
    ...limits.map(indent),
    'deleted objects:',
    ...deletions.slice(0, shown).map(nameOf).map(indent),
    ...(deletions.length > shown ? [indent(`and ${deletions.length - shown} more`)] : []),
    ...(acknowledgement.length > atMost
      ? [
          'to allow these deletions, commit the acknowledgement that `regatta diff` prints to policies/ and compile again',
        ]
      : ['to allow these deletions, commit this acknowledgement to policies/ and compile again:']),
    ...(acknowledgement.length > atMost ? [] : acknowledgement.map(indent)),
  ];
}

function nameOf({ cluster, path }: Deletion): string {
  return `${cluster}/${path}`;
}

function indent(line: string): string {
  return `  ${line}`;
}

/** Returns the object that acknowledges exactly these deletions. */
function acknowledgementOf(digest: string, deletions: readonly DeletedFiles[]): readonly string[] {
  const name = digest
    .replace('sha256:', '')
    .slice(0, 12)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x');
  return [
    'apiVersion: regatta.dev/v1alpha1',
    'kind: DeletionAcknowledgement',
    'metadata:',
    `  name: deletion-${name}`,
    'spec:',
    `  digest: ${digest}`,
    '  reason: explain the deletions here',
    '  deletions:',
    ...deletions.flatMap(({ clusters, files }) => [
      `  - clusters: [${clusters.join(', ')}]`,
      '    files:',
      ...files.map((file) => `    - ${file}`),
    ]),
  ];
}
