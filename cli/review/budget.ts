import type { BudgetVerdict, Deletion } from '#review/budget.ts';
import { count } from '../compile-output.ts';

/** How many deletions are shown before they are only counted. */
const shown = 50;

/** What is to be said of deletions above the budget, and how to let them through. */
export function verdictLines(verdict: BudgetVerdict): readonly string[] {
  const { excesses, deletions, digest, acknowledged } = verdict;
  if (excesses.length === 0) return [];
  const limits = excesses.map(
    ({ of, found, allowed }) => `${of}: ${count(found, 'object')} deleted, ${allowed} allowed`,
  );
  if (acknowledged) return ['above the deletion budget, and acknowledged:', ...limits.map(indent)];
  return [
    'above the deletion budget:',
    ...limits.map(indent),
    'what is deleted:',
    ...deletions.slice(0, shown).map(nameOf).map(indent),
    ...(deletions.length > shown ? [indent(`and ${deletions.length - shown} more`)] : []),
    'if that is meant, commit this below policies/:',
    ...acknowledgementOf(digest).map(indent),
  ];
}

function nameOf({ cluster, path }: Deletion): string {
  return `${cluster}/${path}`;
}

function indent(line: string): string {
  return `  ${line}`;
}

/** The object that lets exactly these deletions through. */
function acknowledgementOf(digest: string): readonly string[] {
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
  ];
}
