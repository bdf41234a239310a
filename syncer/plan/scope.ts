import type { ObjectKey } from '#model/object.ts';
import type { SyncScope } from '#model/sync-settings.ts';

/** Reports whether an object of a cluster is in a scope of the settings. */
export function isWithin(
  { clusters, namespaces, kinds, names }: SyncScope,
  cluster: string,
  key: ObjectKey,
): boolean {
  const [group = '', kind = '', inNamespace = '', name = ''] = key.split('/');
  const namespace = group === '' && kind === 'Namespace' ? name : inNamespace;
  return (
    isAmong(clusters, cluster) &&
    (namespaces === undefined || (namespace !== '' && isAmong(namespaces, namespace))) &&
    (kinds?.some((one) => one === kind || one === `${group}/${kind}`) ?? true) &&
    isAmong(names, name)
  );
}

/** Reports whether a name matches a pattern, in which `*` matches any text. Without patterns every name matches. */
export function isAmong(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns?.some((pattern) => matches(pattern, name)) ?? true;
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
