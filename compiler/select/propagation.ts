import { gvkOf, type KubeObject } from '#model/object.ts';

/** Groups whose kinds steer Karmada itself, and are no workload of a member cluster. */
const controlGroups: ReadonlySet<string> = new Set([
  ...['cluster', 'policy', 'work', 'config', 'networking', 'autoscaling', 'remedy', 'apps'].map(
    (name) => `${name}.karmada.io`,
  ),
  'events.k8s.io',
]);

/**
 * Why Karmada never propagates an object, or undefined when it may.
 *
 * Source: Karmada v1.18, pkg/detector/detector.go (EventFilter), pkg/util/apigroup.go.
 */
export function neverPropagated(object: KubeObject): string | undefined {
  const { group, version, kind } = gvkOf(object);
  const { name, namespace = '', labels = {} } = object.metadata;
  if (controlGroups.has(group)) return `API group ${group} is not propagated`;
  if (group === '' && kind === 'Event') return 'Events are not propagated';
  if (group === 'coordination.k8s.io' && version === 'v1') return 'Leases are not propagated';
  if (isReserved(namespace) || isSystem(namespace)) {
    return `namespace ${namespace} is not propagated`;
  }
  if (kind === 'Namespace' && group === '') return namespaceReason(name, labels);
  return labels['resourcetemplate.karmada.io/claimed-by']
    ? 'its label resourcetemplate.karmada.io/claimed-by leaves it to another controller'
    : undefined;
}

/**
 * Why a Namespace stays where it is. All others go to every cluster.
 *
 * Source: Karmada v1.18, pkg/controllers/namespace/namespace_sync_controller.go.
 */
function namespaceReason(
  name: string,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  if (name === 'default') return 'every cluster has the namespace default';
  if (isReserved(name) || isSystem(name)) return `namespace ${name} is not propagated`;
  return labels['namespace.karmada.io/skip-auto-propagation']?.toLowerCase() === 'true'
    ? 'its label namespace.karmada.io/skip-auto-propagation says so'
    : undefined;
}

function isReserved(namespace: string): boolean {
  return /^karmada-(system$|cluster$|es-)/.test(namespace);
}

function isSystem(namespace: string): boolean {
  return namespace.startsWith('kube-');
}
