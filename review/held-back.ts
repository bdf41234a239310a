import type { DeletedFile } from '#model/deletion-budget.ts';
import { overrunsOf } from '#model/sync-budget.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import { filesByCluster, type Snapshot } from './snapshot.ts';

/** An exceeded limit of the budget. */
export interface Excess {
  /** What the limit counts, such as `kind Namespace`, `cluster member1` or `fleet`. */
  readonly of: string;
  /** Maximum number of deletions. */
  readonly allowed: number;
  /** Number of deletions in the change. */
  readonly found: number;
}

/** Maximum number of clusters that an excess names. */
const maxNamed = 3;

/** Returns the limits at which the syncer would hold back deletions. Clusters with equal figures share an entry. */
export function heldBack(
  deletions: readonly DeletedFile[],
  [base, head]: readonly [Snapshot, Snapshot],
  sync: SyncSettings['deletions'],
): readonly Excess[] {
  const [before, after] = [filesByCluster(base), filesByCluster(head)];
  const overruns = [...Map.groupBy(deletions, ({ cluster }) => cluster)].flatMap(
    ([cluster, deleted]) => {
      // The syncer deletes nothing on a cluster without a rendered directory.
      if (!after.has(cluster)) return [];
      const paths = deleted.map(({ path }) => path);
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
      const more = clusters.length > maxNamed ? ` and ${clusters.length - maxNamed} more` : '';
      const where = `${clusters.slice(0, maxNamed).join(', ')}${more}`;
      return ones.slice(0, 1).map(({ of, setting, allowed, found }) => {
        return { of: `${setting}, ${of} on ${where}`, allowed, found };
      });
    });
}
