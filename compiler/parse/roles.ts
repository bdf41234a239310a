import type { Cluster } from '#model/cluster.ts';
import type { ResourceInterpreterCustomization } from '#model/customization.ts';
import type { DeletionAcknowledgement } from '#model/deletion-budget.ts';
import type { KubeObject } from '#model/object.ts';
import type { OverridePolicy } from '#model/override.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import { acknowledgement } from './schema/acknowledgement.ts';
import { cluster } from './schema/cluster.ts';
import { customization } from './schema/customization.ts';
import { overridePolicy } from './schema/override.ts';
import { propagationPolicy } from './schema/propagation.ts';
import { helmRelease } from './schema/release.ts';

/** Schemas of the kinds that Regatta reads itself; all others are resource templates. */
export const roles = {
  'cluster.karmada.io/v1alpha1/Cluster': cluster,
  'policy.karmada.io/v1alpha1/PropagationPolicy': propagationPolicy,
  'policy.karmada.io/v1alpha1/ClusterPropagationPolicy': propagationPolicy,
  'policy.karmada.io/v1alpha1/OverridePolicy': overridePolicy,
  'policy.karmada.io/v1alpha1/ClusterOverridePolicy': overridePolicy,
  'config.karmada.io/v1alpha1/ResourceInterpreterCustomization': customization,
  'regatta.dev/v1alpha1/DeletionAcknowledgement': acknowledgement,
  'regatta.dev/v1alpha1/HelmRelease': helmRelease,
} as const;

/** Undefined for resource templates. */
export function roleOf({ apiVersion, kind }: KubeObject): keyof typeof roles | undefined {
  const type = `${apiVersion}/${kind}`;
  return Object.hasOwn(roles, type) ? (type as keyof typeof roles) : undefined;
}

export function isCluster(sourced: Sourced): sourced is Sourced<Cluster> {
  return sourced.object.kind === 'Cluster' && roleOf(sourced.object) !== undefined;
}

export function isPropagationPolicy(sourced: Sourced): sourced is Sourced<PropagationPolicy> {
  return sourced.object.kind.endsWith('PropagationPolicy') && roleOf(sourced.object) !== undefined;
}

export function isOverridePolicy(sourced: Sourced): sourced is Sourced<OverridePolicy> {
  return sourced.object.kind.endsWith('OverridePolicy') && roleOf(sourced.object) !== undefined;
}

export function isAcknowledgement(sourced: Sourced): sourced is Sourced<DeletionAcknowledgement> {
  return sourced.object.kind === 'DeletionAcknowledgement' && roleOf(sourced.object) !== undefined;
}

export function isCustomization(
  sourced: Sourced,
): sourced is Sourced<ResourceInterpreterCustomization> {
  return (
    sourced.object.kind === 'ResourceInterpreterCustomization' &&
    roleOf(sourced.object) !== undefined
  );
}
