import { type DeletedFiles, foldDeletions } from '#model/deletion-budget.ts';
import type { BudgetVerdict, Deletion } from '#review/budget.ts';
import { count } from '../print/compile.ts';

/** How many deletions are shown before they are only counted. */
const shown = 50;

/**
 * What is to be said of deletions above the budget, and how to let them through.
 *
 * @param atMost - an acknowledgement that takes more lines is left out
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
  if (acknowledged) return ['above the deletion budget, and acknowledged:', ...limits.map(indent)];
  const acknowledgement = acknowledgementOf(digest, foldDeletions(deletions));
  return [
    'above the deletion budget:',
    ...limits.map(indent),
    'what is deleted:',
    ...deletions.slice(0, shown).map(nameOf).map(indent),
    ...(deletions.length > shown ? [indent(`and ${deletions.length - shown} more`)] : []),
    ...(acknowledgement.length > atMost
      ? ['if that is meant, commit what `regatta diff` says below policies/, and compile again']
      : ['if that is meant, commit this below policies/, and compile again:']),
    ...(acknowledgement.length > atMost ? [] : acknowledgement.map(indent)),
  ];
}

function nameOf({ cluster, path }: Deletion): string {
  return `${cluster}/${path}`;
}

function indent(line: string): string {
  return `  ${line}`;
}

/** The object that lets exactly these deletions through. */
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
    '  reason: say why',
    '  deletions:',
    ...deletions.flatMap(({ clusters, files }) => [
      `  - clusters: [${clusters.join(', ')}]`,
      '    files:',
      ...files.map((file) => `    - ${file}`),
    ]),
  ];
}
