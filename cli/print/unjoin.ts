import type { Unjoined } from '#syncer/former/unjoin.ts';
import { objectsText } from './events.ts';

/** Formats what `regatta unjoin` did. */
export function formatUnjoined(
  cluster: string,
  { kept, deleted, wasEmpty }: Unjoined,
): readonly string[] {
  if (wasEmpty) return [`${cluster}: nothing of the fleet is left`];
  const gone = deleted === 0 ? '' : `deleted ${objectsText(deleted)}, `;
  return [
    `${cluster}: ${gone}kept ${objectsText(kept)}; removed the labels, the inventory and the Lease`,
  ];
}
