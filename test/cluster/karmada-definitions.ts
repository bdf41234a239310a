/** Reduced definitions of Karmada's kinds, for an API server that plays Karmada's. They accept every field. */

const kinds: readonly (readonly [group: string, version: string, kind: string, scope: string])[] = [
  ['cluster', 'v1alpha1', 'Cluster', 'Cluster'],
  ['policy', 'v1alpha1', 'PropagationPolicy', 'Namespaced'],
  ['policy', 'v1alpha1', 'ClusterPropagationPolicy', 'Cluster'],
  ['policy', 'v1alpha1', 'OverridePolicy', 'Namespaced'],
  ['policy', 'v1alpha1', 'ClusterOverridePolicy', 'Cluster'],
  ['work', 'v1alpha2', 'ResourceBinding', 'Namespaced'],
  ['work', 'v1alpha2', 'ClusterResourceBinding', 'Cluster'],
  ['work', 'v1alpha1', 'Work', 'Namespaced'],
  ['config', 'v1alpha1', 'ResourceInterpreterCustomization', 'Cluster'],
];

export const karmadaDefinitions: readonly (object & {
  readonly metadata: { readonly name: string };
})[] = kinds.map(([prefix, version, kind, scope]) => {
  const group = `${prefix}.karmada.io`;
  const singular = kind.toLowerCase();
  const plural = singular.replace(/y$/, 'ie').concat('s');
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular },
      scope,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          },
        },
      ],
    },
  };
});
