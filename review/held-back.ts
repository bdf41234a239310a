import type { DeletedFile } from '#model/deletion-budget.ts';
import { overrunsOf } from '#model/sync-budget.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import type { Excess } from './budget.ts';
import { filesByCluster, type Snapshot } from './snapshot.ts';

/** So many clusters are named. */
const named = 3;

/** What the syncer would hold back, told once for all clusters that it is the same for. */
export function heldBack(
  deletions: readonly DeletedFile[],
  [base, head]: readonly [Snapshot, Snapshot],
  sync: SyncSettings['deletions'],
): readonly Excess[] {
  const [before, after] = [filesByCluster(base), filesByCluster(head)];
  const overruns = [...Map.groupBy(deletions, ({ cluster }) => cluster)].flatMap(
    ([cluster, doomed]) => {
      // Where nothing is left to have, the syncer leaves everything as it is.
      if (!after.has(cluster)) return [];
      const paths = doomed.map(({ path }) => path);
      const found = overrunsOf(paths, before.get(cluster) ?? [], sync);
      return found.map((overrun) => ({ cluster, ...overrun }));
    },
  );
  const alike = Map.groupBy(overruns, ({ of, found, allowed }) => `${of} ${found} ${allowed}`);
  return alike
    .values()
    .toArray()
    .flatMap((ones) => {
      const clusters = ones.map(({ cluster }) => cluster);
      const more = clusters.length > named ? ` and ${clusters.length - named} more` : '';
      const where = `${clusters.slice(0, named).join(', ')}${more}`;
      return ones.slice(0, 1).map(({ of, setting, allowed, found }) => {
        return { of: `${setting}, ${of} on ${where}`, allowed, found };
      });
    });
}
