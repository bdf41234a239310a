/**
 * The metadata by which Karmada's controllers track objects: on the templates in its control plane, and on the
 * objects that they make from them in member clusters.
 *
 * Source: Karmada v1.18, pkg/apis/{policy,work,networking}/v1alpha*; pkg/util/constants.go.
 */

/** The label of the objects that Karmada manages in a member cluster. Karmada deletes no object without it. */
export const managedLabel = 'karmada.io/managed';

export const trackingLabels: readonly string[] = [
  managedLabel,
  'propagationpolicy.karmada.io/permanent-id',
  'clusterpropagationpolicy.karmada.io/permanent-id',
  'resourcebinding.karmada.io/permanent-id',
  'clusterresourcebinding.karmada.io/permanent-id',
  'work.karmada.io/permanent-id',
  'multiclusterservice.karmada.io/permanent-id',
];

export const trackingAnnotations: readonly string[] = [
  'propagationpolicy.karmada.io/namespace',
  'propagationpolicy.karmada.io/name',
  'clusterpropagationpolicy.karmada.io/name',
  'resourcebinding.karmada.io/namespace',
  'resourcebinding.karmada.io/name',
  'clusterresourcebinding.karmada.io/name',
  'work.karmada.io/namespace',
  'work.karmada.io/name',
  'resourcetemplate.karmada.io/uid',
  'resourcetemplate.karmada.io/generation',
  'resourcetemplate.karmada.io/managed-annotations',
  'resourcetemplate.karmada.io/managed-labels',
];
