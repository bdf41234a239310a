/** Labels and annotations that say which fleet keeps an inventory or a Lease in a member cluster. */

import type { KubeObject } from '#model/object.ts';
import type { Origin } from '#model/origin.ts';
import { fleetIdLabel, fleetLabel } from './names.ts';
import type { Fleet } from './owner.ts';

/** The fleet that a cluster's inventory records. */
export interface RecordedFleet {
  readonly name: string;
  readonly id: string;
  readonly origin: Origin;
}

/** Labels and annotations of an object. */
export type Marks = Required<Pick<KubeObject['metadata'], 'labels' | 'annotations'>>;

const [repositoryAnnotation, branchAnnotation, pathAnnotation] = [
  'regatta.dev/repository',
  'regatta.dev/branch',
  'regatta.dev/path',
];

/** Returns the marks of a fleet's inventory and Lease. */
export function marksOf({ name, id, origin }: Fleet): Marks {
  return {
    labels: { [fleetLabel]: name, [fleetIdLabel]: id },
    annotations: {
      [repositoryAnnotation]: origin.repository,
      [branchAnnotation]: origin.branch,
      [pathAnnotation]: origin.path,
    },
  };
}

/** Returns the fleet that the marks of an object name; undefined if it has no marks. */
export function recordedFleet({ metadata }: KubeObject): RecordedFleet | undefined {
  const { labels = {}, annotations = {} } = metadata;
  const id = labels[fleetIdLabel];
  if (id === undefined) return undefined;
  const origin = {
    repository: annotations[repositoryAnnotation] ?? '',
    branch: annotations[branchAnnotation] ?? '',
    path: annotations[pathAnnotation] ?? '',
  };
  return { name: labels[fleetLabel] ?? '', id, origin };
}
