import type { Reconciled } from '#syncer/status/reconcile-fleet.ts';

/** Returns one line for each cluster: its name, the result, the commit, and why it is not as Git holds it. */
export function formatReconciled(answers: readonly Reconciled[]): readonly string[] {
  const rows = answers.map(({ cluster, result, commit, message }) => {
    return [cluster, result, commit.slice(0, 12), message];
  });
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
