import type { ClusterObject } from '#model/binding.ts';
import type { OutputMap } from '#model/files.ts';
import { printManifest } from '#model/manifest.ts';
import type { KubeObject } from '#model/object.ts';
import { renderedHeader, renderedPath } from '#model/rendered.ts';
import { readYaml } from '#model/yaml.ts';

/** Returns the object in the existing rendered file; undefined if the object is new or unchanged. */
export type FindEarlier = (rendered: ClusterObject) => KubeObject | undefined;

/**
 * Returns a finder over existing files.
 *
 * @param root - the folder of the rendered files in `existing`
 */
export function earlierIn(existing: OutputMap, root: string): FindEarlier {
  const read = new Map<string, KubeObject | undefined>();
  const printed = new WeakMap<KubeObject, string>();
  return ({ cluster, object }) => {
    const text = existing.get(`${root}/${cluster}/${renderedPath(object)}`);
    if (typeof text !== 'string') return undefined;
    const now = printed.get(object) ?? `${renderedHeader}\n${printManifest(object)}`;
    printed.set(object, now);
    if (text === now) return undefined;
    if (!read.has(text)) read.set(text, objectIn(text));
    return read.get(text);
  };
}

function objectIn(text: string): KubeObject | undefined {
  const documents = readYaml(text);
  const [object] = Array.isArray(documents) ? (documents as readonly KubeObject[]) : [];
  return object ?? undefined;
}
