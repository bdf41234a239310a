/**
 * The ApplySet that holds a member cluster's objects together: KEP-3659, as kubectl 1.27 and newer
 * read it (`applyset.kubernetes.io/…`, identifiers with the `applyset-…-v1` frame).
 */
import { createHash } from 'node:crypto';
import { byText, type KubeObject, type ObjectKey } from '#model/object.ts';
import type { ObjectRef } from '../ports/cluster.ts';

/** The namespace of the parent object and of the inventory in every member cluster. */
export const systemNamespace = 'regatta-system';

/** The parent object: a ConfigMap that also holds the inventory. */
export const parentRef: ObjectRef & { readonly namespace: string } = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: systemNamespace,
  name: 'regatta-inventory',
};

/** Label of every member object; its value is the identifier of the set. */
export const partOfLabel = 'applyset.kubernetes.io/part-of';

export const toolingAnnotation = 'applyset.kubernetes.io/tooling';

/** The identifier of the set: `applyset-<base64url(sha256(name.namespace.kind.group))>-v1`, of the parent. */
export const applySetId: string = (() => {
  const identity = `${parentRef.name}.${parentRef.namespace}.${parentRef.kind}.`;
  return `applyset-${createHash('sha256').update(identity).digest('base64url')}-v1`;
})();

/** Label selector of the set's members. */
export const memberSelector: string = `${partOfLabel}=${applySetId}`;

/** Returns the object with the label that makes it a member of the set. */
export function asMember(object: KubeObject): KubeObject {
  const labels = { ...object.metadata.labels, [partOfLabel]: applySetId };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Returns the labels and annotations of the parent of a set with these members. */
export function parentMetadata(
  members: Iterable<ObjectKey>,
  tooling: string,
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
        'applyset.kubernetes.io/additional-namespaces': list(namespaces),
      }),
    },
  };
}
