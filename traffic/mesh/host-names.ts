import { valueAt } from '#model/object.ts';

/**
 * Returns the strings of a list of a spec, such as its hosts, and an empty list if the field
 * does not hold a list.
 */
export function textsAt(spec: unknown, field: string): readonly string[] {
  const list = valueAt(spec, [field]);
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

/** Reports whether a host of Istio, which may begin with `*`, covers a name. */
export function covers(host: string, name: string): boolean {
  return host === name || (host.startsWith('*') && name.endsWith(host.slice(1)));
}
