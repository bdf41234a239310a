import type { ClusterObject } from '#model/binding.ts';
import { pathsOf, type SharedFile, type Text, textOf } from '#model/files.ts';
import { printManifest } from '#model/manifest.ts';
import type { KubeObject } from '#model/object.ts';
import { renderedHeader, renderedPath } from '#model/rendered.ts';

/** A file that some clusters are to have alike. */
export interface RenderedFile extends Pick<SharedFile, 'path' | 'clusters'> {
  readonly content: Text;
}

export function withoutText({ path, clusters, content }: RenderedFile): SharedFile {
  return { path, clusters, digest: content.digest };
}

/**
 * Files of which only the digests are known.
 *
 * @param again - renders them, when a text is asked for after all
 */
export function recalledFiles(
  files: readonly SharedFile[],
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

/** How many there are, counted once for each cluster. */
export function countOf(files: readonly RenderedFile[]): number {
  return files.reduce((count, { clusters }) => count + clusters.length, 0);
}

/** Texts by their path in the repository. */
export function renderedTree(files: readonly RenderedFile[], root: string): Map<string, Text> {
  const tree = new Map<string, Text>();
  for (const file of files) for (const path of pathsOf(root, file)) tree.set(path, file.content);
  return tree;
}
