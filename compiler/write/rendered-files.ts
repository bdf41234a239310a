import type { ClusterObject } from '#model/binding.ts';
import { type Text, textOf } from '#model/files.ts';
import { printManifest } from '#model/manifest.ts';
import type { KubeObject } from '#model/object.ts';
import { renderedHeader, renderedPath } from '#model/rendered.ts';

/** A file that some clusters have alike. */
export interface RenderedFile {
  /** Below the cluster's directory. */
  readonly path: string;
  readonly content: Text;
  readonly clusters: readonly string[];
}

/** The files of objects: one an object, printed once for all the clusters that share it. */
export function renderFiles(objects: readonly ClusterObject[]): readonly RenderedFile[] {
  const clusters = new Map<KubeObject, string[]>();
  for (const { cluster, object } of objects) {
    const sharing = clusters.get(object);
    if (sharing === undefined) clusters.set(object, [cluster]);
    else sharing.push(cluster);
  }
  return Array.from(clusters, ([object, sharing]) => ({
    path: renderedPath(object),
    content: textOf(`${renderedHeader}\n${printManifest(object)}`),
    clusters: sharing,
  }));
}

/** Texts by their path in the repository. */
export function renderedTree(files: readonly RenderedFile[], root: string): Map<string, Text> {
  const tree = new Map<string, Text>();
  for (const { path, content, clusters } of files) {
    for (const cluster of clusters) tree.set(`${root}/${cluster}/${path}`, content);
  }
  return tree;
}
