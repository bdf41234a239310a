/** The smallest fleet with rendered files: one cluster, and a policy that sends ConfigMaps to it. */

/** Returns the manifest of a Cluster. */
export function clusterNamed(name: string): string {
  return `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\n`;
}

/** Returns a PropagationPolicy that sends every ConfigMap of the namespace `default` to one cluster. */
export function configMapsTo(cluster: string): string {
  return `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: all, namespace: default}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}]
  placement: {clusterAffinity: {clusterNames: [${cluster}]}}
`;
}
