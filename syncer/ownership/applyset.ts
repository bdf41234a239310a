/**
 * The ApplySet that holds the objects of a fleet in a member cluster together: KEP-3659, as kubectl 1.27 and
 * newer read it (`applyset.kubernetes.io/…`, identifiers with the `applyset-…-v1` frame).
 */
import { byText, type KubeObject, type ObjectKey } from '#model/object.ts';
import { fleetLabel, systemNamespace } from './names.ts';
import type { Owner } from './owner.ts';

/** Label of every member object; its value is the identifier of the set. */
export const partOfLabel = 'applyset.kubernetes.io/part-of';

export const toolingAnnotation = 'applyset.kubernetes.io/tooling';

/** Returns the label selector of the set's members. */
export function memberSelector(applySetId: string): string {
  return `${partOfLabel}=${applySetId}`;
}

/** Returns the object with the labels of its fleet, one of which makes it a member of the fleet's set. */
export function asMember(object: KubeObject, { names, fleet }: Owner): KubeObject {
  const own = { [partOfLabel]: names.applySetId, [fleetLabel]: fleet.name };
  return {
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...own } },
  };
}

/** Returns the labels and annotations of the parent of a set with these members. */
export function parentMetadata(
  members: Iterable<ObjectKey>,
  tooling: string,
  applySetId: string,
): Required<Pick<KubeObject['metadata'], 'labels' | 'annotations'>> {
  const kinds = new Set<string>();
  const namespaces = new Set<string>();
  for (const key of members) {
    const [group, kind, namespace] = key.split('/');
    kinds.add(group === '' ? `${kind}` : `${kind}.${group}`);
    if (namespace && namespace !== systemNamespace) namespaces.add(namespace);
  }
  const list = (set: Set<string>) => [...set].toSorted(byText).join(',');
  return {
    labels: { 'applyset.kubernetes.io/id': applySetId },
    annotations: {
      [toolingAnnotation]: tooling,
      'applyset.kubernetes.io/contains-group-kinds': list(kinds),
      // The KEP reserves the empty value.
      ...(namespaces.size > 0 && {
        [namespacesAnnotation]: list(namespaces),
      }),
    },
  };
}

/** Annotation with the commit for which a syncer last wrote the ConfigMap. */
export const commitAnnotation = 'regatta.dev/commit';

/** Annotation of an inventory with the name of its cluster in the fleet repository. */
export const clusterAnnotation = 'regatta.dev/cluster';

/** Annotation with the namespaces of a set's members. */
export const namespacesAnnotation = 'applyset.kubernetes.io/additional-namespaces';
