import type { KubeObject } from '#model/object.ts';
import type { OwnershipPatch } from '#syncer/ports/cluster.ts';

/** Returns the JSON patch that changes the owners and labels of a live object. */
export function ownershipPatch(
  live: KubeObject,
  { managedFields, labels = {} }: OwnershipPatch,
): readonly object[] {
  const { resourceVersion } = live.metadata;
  return [
    { op: 'replace', path: '/metadata/managedFields', value: managedFields },
    ...labelPatches(live, labels),
    // The server rejects the write if the object has changed since Regatta read it.
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
}

function labelPatches(
  { metadata }: KubeObject,
  labels: Readonly<Record<string, string>>,
): readonly object[] {
  const patches = Object.entries(labels).map(([name, value]) => {
    return { op: 'add', path: `/metadata/labels/${name.replaceAll('/', '~1')}`, value };
  });
  const isFirst = metadata.labels === undefined && patches.length > 0;
  return [...(isFirst ? [{ op: 'add', path: '/metadata/labels', value: {} }] : []), ...patches];
}
