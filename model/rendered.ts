/**
 * The rendered directory format: the only contract between compiler and syncer.
 *
 * Each object has a file, `rendered/<cluster>/<namespace or _cluster>/<kind>[.<group>]_<name>.yaml`, in YAML
 * that every Kubernetes tool reads alike; rendered-path.ts has the whole rule. A cluster without objects
 * has no directory. The user documentation is docs/rendered-format.md.
 */

/** The default of `spec.rendered` in regatta.yaml, and of `regatta sync --path`. */
export const renderedRoot = 'rendered';

/** First line of every rendered file, by which `isGenerated` recognises it. */
export const renderedHeader =
  '# Rendered by regatta compile. Do not edit: change the source and compile again.';

/** First line of every file below `bindings/`, by which `isGenerated` recognises it. */
export const bindingsHeader =
  '# Written by regatta compile: where each object runs. Delete a document to place its object from scratch.';

/** Start of the first line that earlier versions wrote below `bindings/`. */
const formerBindingsHeader = '# Decided by regatta compile: ';

/** Annotation. With "true", the syncer neither creates nor changes the object in the cluster. */
export const suspendedAnnotation = 'regatta.dev/suspended';

/** Annotation with a `DriftMode`, which decides how the syncer handles drift of the object. */
export const driftAnnotation = 'regatta.dev/drift';

/** Annotation. With "true", the syncer keeps the object in the cluster after its file leaves Git. */
export const preservedAnnotation = 'regatta.dev/preserve-on-deletion';

/** Annotation of a binding with the digest of the template at the last placement. */
export const templateAnnotation = 'regatta.dev/template';

/** Reports whether compile generated a file, so that it may overwrite and remove it. */
export function isGenerated(text: string): boolean {
  const headers = [renderedHeader, bindingsHeader, formerBindingsHeader];
  return headers.some((header) => text.startsWith(header));
}

/**
 * File in a cluster's directory that lists, one path a line, the files whose deletion the repository
 * acknowledges. It is not a manifest, so that tools that apply a directory ignore it.
 */
export const acknowledgedFile = '_acknowledged.txt';

/** Returns the paths that an `_acknowledged.txt` lists. */
export function acknowledgedPaths(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/** Annotation. With "overwrite", the syncer takes over the object from another manager. */
export const conflictAnnotation = 'work.karmada.io/conflict-resolution';

/** Reports whether the syncer reads a file below a cluster's directory as a manifest. */
export function isManifest(path: string): boolean {
  return /\.(ya?ml|json)$/.test(path);
}
