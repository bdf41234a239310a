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

/** A file without what it says: hardly any file of those that stay is ever written again. */
export interface RememberedFile extends Omit<RenderedFile, 'content'> {
  readonly digest: string;
}

export function withoutText({ path, clusters, content }: RenderedFile): RememberedFile {
  return { path, clusters, digest: content.digest };
}

/**
 * Files of which only the digests are known.
 *
 * @param again - renders them, when a text is asked for after all
 */
export function recalledFiles(
  files: readonly RememberedFile[],
  again: () => readonly RenderedFile[],
): readonly RenderedFile[] {
  let rendered: readonly RenderedFile[] | undefined;
  return files.map(({ path, clusters, digest }) => ({
    path,
    clusters,
    content: {
      digest,
      get text(): string {
        rendered ??= again();
        const same = rendered.find(({ content }) => content.digest === digest);
        if (same === undefined) throw new Error(`${path} is rendered otherwise than before`);
        return same.content.text;
      },
    },
  }));
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
