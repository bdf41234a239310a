import { gvkOf, type KubeObject } from '#model/object.ts';
import { reasonToForget } from './binding.ts';

/** The folder of a fleet repository that an object belongs in, by default. */
export type Folder = 'clusters' | 'policies' | 'templates' | 'bindings';

/** What an object is for a fleet repository, or why it is nothing for it. */
export type Role = { readonly folder: Folder } | { readonly leftOut: string };

/** Kinds that Regatta reads itself, by `group/Kind`. */
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

/** Made by every control plane for itself, whatever their name. */
const passingKinds: ReadonlySet<string> = new Set([
  '/Event',
  'events.k8s.io/Event',
  '/Node',
  '/Endpoints',
  'discovery.k8s.io/EndpointSlice',
  'coordination.k8s.io/Lease',
]);

/** Made in every namespace, or there from the start. */
const passingObjects: ReadonlySet<string> = new Set([
  '/ConfigMap/kube-root-ca.crt',
  '/ServiceAccount/default',
  '/Namespace/default',
]);

/** Decides by what the object says of itself alone. */
export function roleOf(object: KubeObject): Role {
  const { group, kind } = gvkOf(object);
  const type = `${group}/${kind}`;
  const folder = Object.hasOwn(folders, type) ? folders[type] : undefined;
  const leftOut = folder === undefined ? noTemplate(object, type) : noDecision(object, folder);
  return leftOut === undefined ? { folder: folder ?? 'templates' } : { leftOut };
}

function noDecision(object: KubeObject, folder: Folder): string | undefined {
  return folder === 'bindings' ? reasonToForget(object) : undefined;
}

function noTemplate(object: KubeObject, type: string): string | undefined {
  const { group, kind } = gvkOf(object);
  if (/(^|\.)karmada\.io$/.test(group)) return `Regatta has no ${kind} of ${group}`;
  const { name, namespace, ownerReferences } = object.metadata;
  if (passingKinds.has(type) || passingObjects.has(`${type}/${name}`)) {
    return 'every cluster makes its own';
  }
  const home = type === '/Namespace' ? name : (namespace ?? '');
  // Source: Karmada v1.18, names.IsReservedNamespace.
  if (/^(kube|karmada)-/.test(home)) return `${home} is never propagated`;
  if (Array.isArray(ownerReferences) && ownerReferences.length > 0) return 'its owner makes it';
  const isToken = type === '/Secret' && object.type === 'kubernetes.io/service-account-token';
  return isToken ? 'it opens the control plane that it comes from' : undefined;
}
