import { isAmong } from '#model/name-pattern.ts';
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
