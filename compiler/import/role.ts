import { gvkOf, type KubeObject } from '#model/object.ts';
import { reasonToDrop } from './binding.ts';

/** The default folder of an object in a fleet repository. */
export type Folder = 'clusters' | 'policies' | 'templates' | 'bindings';

/** The folder of an object, or why the import leaves it out. */
export type Role = { readonly folder: Folder } | { readonly leftOut: string };

/** Folders of the kinds that Regatta interprets, by `group/Kind`. */
const folders: Readonly<Record<string, Folder>> = {
  'cluster.karmada.io/Cluster': 'clusters',
  'policy.karmada.io/PropagationPolicy': 'policies',
  'policy.karmada.io/ClusterPropagationPolicy': 'policies',
  'policy.karmada.io/OverridePolicy': 'policies',
  'policy.karmada.io/ClusterOverridePolicy': 'policies',
  'config.karmada.io/ResourceInterpreterCustomization': 'policies',
  'work.karmada.io/ResourceBinding': 'bindings',
  'work.karmada.io/ClusterResourceBinding': 'bindings',
};

/** Kinds whose objects every control plane creates itself, regardless of their names. */
const generatedKinds: ReadonlySet<string> = new Set([
  '/Event',
  'events.k8s.io/Event',
  '/Node',
  '/Endpoints',
  'discovery.k8s.io/EndpointSlice',
  'coordination.k8s.io/Lease',
]);

/** Objects that every namespace or every cluster has from the start. */
const generatedObjects: ReadonlySet<string> = new Set([
  '/ConfigMap/kube-root-ca.crt',
  '/ServiceAccount/default',
  '/Namespace/default',
]);

/** Returns the role of an object, which depends only on the object itself. */
export function roleOf(object: KubeObject): Role {
  const { group, kind } = gvkOf(object);
  const type = `${group}/${kind}`;
  const folder = Object.hasOwn(folders, type) ? folders[type] : undefined;
  const leftOut =
    folder === undefined ? templateExclusion(object, type) : bindingExclusion(object, folder);
  return leftOut === undefined ? { folder: folder ?? 'templates' } : { leftOut };
}

function bindingExclusion(object: KubeObject, folder: Folder): string | undefined {
  return folder === 'bindings' ? reasonToDrop(object) : undefined;
}

function templateExclusion(object: KubeObject, type: string): string | undefined {
  const { group, kind } = gvkOf(object);
  if (/(^|\.)karmada\.io$/.test(group)) return `Regatta does not use ${kind} of ${group}`;
  const { name, namespace, ownerReferences } = object.metadata;
  if (generatedKinds.has(type) || generatedObjects.has(`${type}/${name}`)) {
    return 'every cluster creates its own';
  }
  const home = type === '/Namespace' ? name : (namespace ?? '');
  // Source: Karmada v1.18, names.IsReservedNamespace.
  if (/^(kube|karmada)-/.test(home)) return `${home} is never propagated`;
  if (Array.isArray(ownerReferences) && ownerReferences.length > 0) return 'its owner creates it';
  const isToken = type === '/Secret' && object.type === 'kubernetes.io/service-account-token';
  return isToken ? 'it gives access to the original control plane' : undefined;
}
