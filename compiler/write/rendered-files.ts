import type { ClusterObject } from '#model/binding.ts';
import { pathsOf, type SharedFile, type Text, textOf } from '#model/files.ts';
import { printManifest } from '#model/manifest.ts';
import type { KubeObject } from '#model/object.ts';
import { renderedHeader } from '#model/rendered.ts';
import { renderedPath } from '#model/rendered-path.ts';

/** A rendered file that several clusters share. */
export interface RenderedFile extends Pick<SharedFile, 'path' | 'clusters'> {
  readonly content: Text;
}

export function withoutText({ path, clusters, content }: RenderedFile): SharedFile {
  return { path, clusters, digest: content.digest };
}

/**
 * Returns rendered files from their digests. Renders their texts on first use.
 *
 * @param again - renders the files
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
        if (same === undefined)
          throw new Error(`${path} is no longer rendered with the same content`);
        return same.content.text;
      },
    },
  }));
}

/** Returns the files of objects. Prints an object once for all clusters that share it. */
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

/** Returns the number of files, each counted once per cluster. */
export function countOf(files: readonly RenderedFile[]): number {
  return files.reduce((count, { clusters }) => count + clusters.length, 0);
}

/** Returns the texts of files by path in the repository. */
export function renderedTree(files: readonly RenderedFile[], root: string): Map<string, Text> {
  const tree = new Map<string, Text>();
  for (const file of files) for (const path of pathsOf(root, file)) tree.set(path, file.content);
  return tree;
}
