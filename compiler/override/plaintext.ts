import jsonPatch, { type Operation } from 'fast-json-patch';
import type { KubeObject } from '#model/object.ts';
import type { PlaintextOverrider } from '#model/override.ts';
import { pathOf, pointerTo } from '#model/pointer.ts';
import type { Overrider } from './overrider.ts';

/**
 * Applies all entries as one JSON patch (RFC 6902): either every operation holds or none is kept.
 * Labels and annotations count as there, as they are in Karmada's control plane, and are dropped
 * again when they stay empty.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/overridemanager.go (applyJSONPatch).
 */
export const overridePlaintext: Overrider<PlaintextOverrider> = (object, entries) => {
  const { labels = {}, annotations = {} } = object.metadata;
  let document = { ...object, metadata: { ...object.metadata, labels, annotations } } as KubeObject;
  for (const [entry, { operator, path, value }] of entries.entries()) {
    const operation = { op: operator, path, value } as Operation;
    try {
      document = jsonPatch.applyPatch(document, [operation], true, false).newDocument;
    } catch (error) {
      if (!(error instanceof jsonPatch.JsonPatchError)) throw error;
      return { type: 'failed', entry, ...faultOf(document, operator, path) };
    }
  }
  return { type: 'changed', object: withoutEmptyMaps(document) };
};

function withoutEmptyMaps(object: KubeObject): KubeObject {
  const { labels, annotations, ...rest } = object.metadata;
  return {
    ...object,
    metadata: {
      ...rest,
      ...(isEmpty(labels) ? {} : { labels }),
      ...(isEmpty(annotations) ? {} : { annotations }),
    },
  } as KubeObject;
}

function isEmpty(map: object | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}

function faultOf(
  document: unknown,
  operator: string,
  path: string,
): { readonly message: string; readonly hint: string } {
  const { pointer, keys } = nearestValue(document, pathOf(path));
  const below = keys.length === 0 ? 'nothing below it' : `below it: ${keys.join(', ')}`;
  return {
    message: `has no place to ${operator} ${path}`,
    hint: `the nearest existing path is ${pointer === '' ? 'the object itself' : pointer}; ${below}`,
  };
}

function nearestValue(
  document: unknown,
  path: readonly string[],
): { readonly pointer: string; readonly keys: readonly string[] } {
  const found: string[] = [];
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) break;
    value = (value as Readonly<Record<string, unknown>>)[key];
    found.push(key);
  }
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return { pointer: pointerTo(found), keys: keys.slice(0, 20) };
}
