/** Finds the inventories of all fleets among the ConfigMaps of `regatta-system`. */
import type { KubeObject } from '#model/object.ts';
import { clusterAnnotation, commitAnnotation, namespacesAnnotation } from './applyset.ts';
import { type RecordedFleet, recordedFleet } from './marks.ts';
import { type FleetNames, inventoryPart, namesFor, olderNames } from './names.ts';

/** The inventory of one fleet in a cluster. */
export interface FoundInventory {
  readonly names: FleetNames;
  /** Undefined for an inventory from before fleets had ids. */
  readonly fleet: RecordedFleet | undefined;
  /** The commit for which a syncer last wrote the inventory; '' if it records none. */
  readonly commit: string;
  /** Namespaces of the objects in the inventory. */
  readonly namespaces: readonly string[];
  /** The cluster that the inventory names; '' if an older version wrote it. */
  readonly cluster: string;
  /** The uid of its first ConfigMap, which no other cluster has; '' if the inventory is lost. */
  readonly uid: string;
}

/**
 * Returns the inventories, in the order of their names. Names alone find an inventory, so that it counts also
 * if another client removed its labels or its first part.
 */
export function findInventories(configMaps: readonly KubeObject[]): readonly FoundInventory[] {
  const parts = configMaps.flatMap((object) => {
    const part = inventoryPart(object.metadata.name);
    return part === undefined ? [] : [{ ...part, object }];
  });
  const byFleet = Map.groupBy(
    parts.toSorted((a, b) => a.index - b.index),
    ({ id }) => id,
  );
  return [...byFleet]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, own]) =>
      foundIn(
        id,
        own.map(({ object }) => object),
      ),
    );
}

/** @param objects - the first part first, unless it is lost */
function foundIn(id: string, objects: readonly KubeObject[]): FoundInventory {
  const annotations = objects.map(({ metadata }) => metadata.annotations ?? {});
  const commit = annotations.find((all) => all[commitAnnotation])?.[commitAnnotation] ?? '';
  const namespaces = annotations[0]?.[namespacesAnnotation]?.split(',') ?? [];
  const cluster = annotations[0]?.[clusterAnnotation] ?? '';
  const facts = { commit, namespaces, cluster, uid: String(objects[0]?.metadata['uid'] ?? '') };
  const recorded = objects.map(recordedFleet).find((fleet) => fleet !== undefined);
  if (id === '') return { names: olderNames, fleet: recorded, ...facts };
  const origin = recorded?.origin ?? { repository: '', branch: '', path: '' };
  const fleet = { name: recorded?.name ?? '', id, origin };
  return { names: namesFor(id), fleet, ...facts };
}
