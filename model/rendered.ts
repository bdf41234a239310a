/**
 * The rendered directory format: the only contract between compiler and syncer.
 *
 * `rendered/<cluster>/<namespace or _cluster>/<kind>[.<group>]_<name>.yaml`, one object a file, in
 * YAML that every Kubernetes tool reads alike. The underscore parts kind and group, which cannot
 * contain one, from the name. A cluster that gets nothing has no directory. docs/rendered-format.md
 * says it for users.
 */
import { type KubeObject, keyOf, type ObjectKey } from './object.ts';

/** The default of `spec.rendered` in regatta.yaml, and of `regatta sync --path`. */
export const renderedRoot = 'rendered';

/** First line of every file that compile writes, and what it asks before it removes one. */
export const renderedHeader =
  '# Rendered by regatta compile. Do not edit: change the source and compile again.';

/** First line of every file that compile writes below `bindings/`. */
export const bindingsHeader =
  '# Decided by regatta compile: where each object runs. Delete a document to have it decided anew.';

/** Annotation of an object that the syncer leaves as it is, or lacking, in the cluster: "true". */
export const suspendedAnnotation = 'regatta.dev/suspended';

/** Annotation of an object: what is done when somebody changes it in the cluster; a `DriftMode`. */
export const driftAnnotation = 'regatta.dev/drift';

/** Annotation of an object that stays in the cluster when its file is gone: "true". */
export const preservedAnnotation = 'regatta.dev/preserve-on-deletion';

/** Annotation of a binding: digest of the template that it was decided for. */
export const templateAnnotation = 'regatta.dev/template';

/** Whether compile wrote a file, so that it may overwrite and remove it. */
export function isOurs(text: string): boolean {
  return text.startsWith(renderedHeader) || text.startsWith(bindingsHeader);
}

/** Directory of objects without a namespace; no namespace may be called so. */
const clusterScopedDirectory = '_cluster';

/**
 * File of a cluster's directory with the paths of files there whose deletion the repository says is
 * meant, a line each. No manifest: nothing that applies a directory takes it for one.
 */
export const acknowledgedFile = '_acknowledged.txt';

/** The file of `object` below its cluster's directory. */
export function renderedPath(object: KubeObject): string {
  return renderedPathOf(keyOf(object));
}

/** The file of the object of that key. */
export function renderedPathOf(key: ObjectKey): string {
  const [group = '', kind = '', namespace, name] = key.split('/');
  const type = (group === '' ? kind : `${kind}.${group}`).toLowerCase();
  return `${namespace || clusterScopedDirectory}/${type}_${name}.yaml`;
}
