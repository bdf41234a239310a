import type { ClusterObject } from '#model/binding.ts';
import { printManifest } from '#model/manifest.ts';
import type { KubeObject } from '#model/object.ts';
import { renderedHeader, renderedPath } from '#model/rendered.ts';

/** The files of the rendered directories below `root`: one object a file. */
export function renderFiles(
  objects: readonly ClusterObject[],
  root: string,
): ReadonlyMap<string, string> {
  const texts = new Map<KubeObject, string>();
  const files = new Map<string, string>();
  for (const { cluster, object } of objects) {
    const text = texts.get(object) ?? `${renderedHeader}\n${printManifest(object)}`;
    texts.set(object, text);
    files.set(`${root}/${cluster}/${renderedPath(object)}`, text);
  }
  return files;
}
