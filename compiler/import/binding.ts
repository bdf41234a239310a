import { byText, isFieldMap, type KubeObject, valueAt } from '#model/object.ts';

/** Annotations with which Karmada records the policy of a binding. */
const policyAnnotations = [
  'propagationpolicy.karmada.io/namespace',
  'propagationpolicy.karmada.io/name',
  'clusterpropagationpolicy.karmada.io/name',
];

/** Returns why the import drops a ResourceBinding; undefined if the binding records a placement to keep. */
export function reasonToDrop({ metadata, spec }: KubeObject): string | undefined {
  const notes = Object.keys(metadata.annotations ?? {});
  if (!notes.some((key) => policyAnnotations.includes(key))) {
    return 'it follows the objects that depend on it';
  }
  const clusters = valueAt({ spec }, ['spec', 'clusters']);
  return Array.isArray(clusters) && clusters.length > 0 ? undefined : 'it has no clusters';
}

/**
 * Converts a ResourceBinding to a document of `bindings/`.
 *
 * @param overwrites - whether the imported policy says `conflictResolution: Overwrite`, whatever the binding says
 */
export function lockForm(binding: KubeObject, overwrites: boolean): KubeObject {
  const { apiVersion, kind, metadata } = binding;
  const { name, namespace, annotations = {} } = metadata;
  const policy = Object.entries(annotations).filter(([key]) => policyAnnotations.includes(key));
  const resolution = valueAt(binding, ['spec', 'conflictResolution']);
  const isOverwriting = overwrites || resolution === 'Overwrite';
  const affinity = valueAt(binding, ['status', 'schedulerObservingAffinityName']);
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      annotations: Object.fromEntries(policy),
    },
    spec: {
      resource: resourceOf(binding),
      clusters: clustersOf(binding),
      ...(isOverwriting ? { conflictResolution: 'Overwrite' } : {}),
      ...withReplicas(valueAt(binding, ['spec', 'replicas'])),
    },
    ...(affinity ? { status: { schedulerObservingAffinityName: affinity } } : {}),
  };
}

/** Reports whether a ResourceBinding divides the replicas of its template. */
export function hasReplicas(binding: KubeObject): boolean {
  return Object.keys(withReplicas(valueAt(binding, ['spec', 'replicas']))).length > 0;
}

/** Returns the reference to the template of a ResourceBinding. */
export function resourceOf(binding: KubeObject): Readonly<Record<string, unknown>> {
  const fields = ['apiVersion', 'kind', 'namespace', 'name'];
  const given = fields.map(
    (field) => [field, valueAt(binding, ['spec', 'resource', field])] as const,
  );
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== ''));
}

function clustersOf(binding: KubeObject): readonly object[] {
  const clusters = valueAt(binding, ['spec', 'clusters']);
  return (Array.isArray(clusters) ? clusters.filter(isFieldMap) : [])
    .map(({ name, replicas }) => ({ name: String(name), ...withReplicas(replicas) }))
    .toSorted((a, b) => byText(a.name, b.name));
}

function withReplicas(replicas: unknown): { readonly replicas?: number } {
  return typeof replicas === 'number' && replicas > 0 ? { replicas } : {};
}
