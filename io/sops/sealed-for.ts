/** Reads for which object a value was sealed. */
import { gvkOf, type KubeObject } from '#model/object.ts';
import { isCoreSecret, sealedForAnnotation } from '#model/sealing.ts';

/** The annotation of an object, and the object without it, because the cluster does not need it. */
export interface SealedFor {
  /** The text of the annotation; undefined without one. */
  readonly annotation: string | undefined;
  readonly object: KubeObject;
  readonly path: readonly string[];
}

export function splitSealedFor(object: KubeObject): SealedFor {
  const { annotations, ...metadata } = object.metadata;
  const { [sealedForAnnotation]: annotation, ...others } = annotations ?? {};
  const path = ['metadata', 'annotations', sealedForAnnotation];
  if (annotation === undefined) return { annotation, object, path };
  const hasOthers = Object.keys(others).length > 0;
  const without = {
    ...object,
    metadata: { ...metadata, ...(hasOthers && { annotations: others }) },
  };
  return { annotation, object: without, path };
}

/**
 * Returns the name that the annotation must have: `namespace/name` for a Secret, and `Kind.group/namespace/name`
 * for other kinds, without a namespace for cluster-scoped objects.
 */
export function sealedNameOf(object: KubeObject): string {
  const { group, kind } = gvkOf(object);
  const { namespace, name } = object.metadata;
  const own = namespace === undefined ? name : `${namespace}/${name}`;
  if (isCoreSecret(object)) return own;
  return `${group === '' ? kind : `${kind}.${group}`}/${own}`;
}

/** Returns the name in an annotation for a message; another text is not shown, because it was encrypted. */
export function shownName(annotation: string): string {
  return /^[A-Za-z0-9][\w.:/-]{0,511}$/.test(annotation) ? annotation : 'another object';
}
