import { gvkOf, type KubeObject } from './object.ts';

/**
 * Returns a test for the objects of an API, as spec.skippedPropagatingAPIs names it: `group`, `group/version`,
 * `group/version/Kind[,Kind]`, and `v1/Kind[,Kind]` of the core group.
 */
export function apiPattern(
  text: string,
): (object: Pick<KubeObject, 'apiVersion' | 'kind'>) => boolean {
  const parts = text.split('/');
  const [first = '', second = '', third] = parts;
  if (parts.length === 1) return (object) => gvkOf(object).group === first;
  const isCore = first === 'v1';
  if (!isCore && third === undefined) return ({ apiVersion }) => apiVersion === text;
  const kinds = (isCore ? second : (third ?? '')).split(',');
  const api = isCore ? first : `${first}/${second}`;
  return ({ apiVersion, kind }) => apiVersion === api && kinds.includes(kind);
}
