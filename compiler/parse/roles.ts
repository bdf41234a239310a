import type * as v from 'valibot';
import type { DeletionAcknowledgement } from '#model/acknowledgement.ts';
import type { Cluster } from '#model/cluster.ts';
import type { ResourceInterpreterCustomization } from '#model/customization.ts';
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

/** Schemas of the kinds with a role, by `apiVersion/Kind`. */
export const roles: Readonly<Record<string, v.GenericSchema<unknown, KubeObject>>> = {
  'cluster.karmada.io/v1alpha1/Cluster': cluster,
  'policy.karmada.io/v1alpha1/PropagationPolicy': propagationPolicy,
  'policy.karmada.io/v1alpha1/ClusterPropagationPolicy': propagationPolicy,
  'policy.karmada.io/v1alpha1/OverridePolicy': overridePolicy,
  'policy.karmada.io/v1alpha1/ClusterOverridePolicy': overridePolicy,
  'config.karmada.io/v1alpha1/ResourceInterpreterCustomization': customization,
  'regatta.dev/v1alpha1/DeletionAcknowledgement': acknowledgement,
  'regatta.dev/v1alpha1/HelmRelease': helmRelease,
};

/** Returns the schema of a kind with a role; undefined for other kinds. */
export function schemaOf({
  apiVersion,
  kind,
}: {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
}): v.GenericSchema<unknown, KubeObject> | undefined {
  const type = `${apiVersion}/${kind}`;
  return Object.hasOwn(roles, type) ? roles[type] : undefined;
}

export function isCluster(sourced: Sourced): sourced is Sourced<Cluster> {
  return sourced.object.kind === 'Cluster' && schemaOf(sourced.object) !== undefined;
}

export function isPropagationPolicy(sourced: Sourced): sourced is Sourced<PropagationPolicy> {
  return (
    sourced.object.kind.endsWith('PropagationPolicy') && schemaOf(sourced.object) !== undefined
  );
}

export function isOverridePolicy(sourced: Sourced): sourced is Sourced<OverridePolicy> {
  return sourced.object.kind.endsWith('OverridePolicy') && schemaOf(sourced.object) !== undefined;
}

export function isAcknowledgement(sourced: Sourced): sourced is Sourced<DeletionAcknowledgement> {
  return (
    sourced.object.kind === 'DeletionAcknowledgement' && schemaOf(sourced.object) !== undefined
  );
}

export function isCustomization(
  sourced: Sourced,
): sourced is Sourced<ResourceInterpreterCustomization> {
  return (
    sourced.object.kind === 'ResourceInterpreterCustomization' &&
    schemaOf(sourced.object) !== undefined
  );
}
