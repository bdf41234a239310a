import type { ClusterObject } from '#model/binding.ts';
import type { OutputMap } from '#model/files.ts';
import { printManifest } from '#model/manifest.ts';
import { type FieldMap, isFieldMap, type KubeObject, keyOf } from '#model/object.ts';
import { renderedHeader } from '#model/rendered.ts';
import { possiblePathsOf } from '#model/rendered-path.ts';
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
  const objectOf = (text: string) => {
    const object = read.has(text) ? read.get(text) : objectIn(text);
    read.set(text, object);
    return object;
  };
  return ({ cluster, object }) => {
    const key = keyOf(object);
    const texts = possiblePathsOf(key)
      .map((path) => existing.get(`${root}/${cluster}/${path}`))
      .filter((text) => typeof text === 'string');
    if (texts.length === 0) return undefined;
    const now = printed.get(object) ?? `${renderedHeader}\n${printManifest(object)}`;
    printed.set(object, now);
    if (texts.includes(now)) return undefined;
    // The file can have held another object, with which this one would share it now.
    return texts.map(objectOf).find((earlier) => earlier && keyOf(earlier) === key);
  };
}

function objectIn(text: string): KubeObject | undefined {
  const documents = readYaml(text);
  const [object] = Array.isArray(documents) ? (documents as readonly unknown[]) : [];
  // The file can have other content, such as the marks of a merge conflict.
  return isFieldMap(object) && isObject(object) ? object : undefined;
}

function isObject(value: FieldMap): value is FieldMap & KubeObject {
  const { apiVersion, kind, metadata } = value;
  return typeof apiVersion === 'string' && typeof kind === 'string' && isFieldMap(metadata);
}
