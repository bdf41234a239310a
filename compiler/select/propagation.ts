import { apiPattern } from '#model/api-pattern.ts';
import { expression } from '#model/expression.ts';
import type { FleetSettings } from '#model/fleet.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';

type PropagationSettings = Pick<
  FleetSettings,
  'skippedPropagatingNamespaces' | 'skippedPropagatingAPIs'
>;

/** Why an object is not propagated. */
export interface Exclusion {
  readonly reason: string;
  /** The hint: what the user can do about it. */
  readonly hint?: string;
}

/** The objects that Karmada never propagates, under the settings of a fleet. */
export interface PropagationRules {
  /** Returns why Karmada never propagates an object, whatever the policies; undefined if a policy may propagate it. */
  readonly skipped: (object: KubeObject) => Exclusion | undefined;
  /**
   * Returns why a Namespace without a policy does not go to all clusters; undefined if it goes to all clusters.
   */
  readonly notEverywhere: (namespace: KubeObject) => Exclusion | undefined;
}

/**
 * Returns the rules for the settings of a fleet.
 *
 * Source: Karmada v1.18, pkg/detector/detector.go (EventFilter), pkg/util/apigroup.go,
 * pkg/controllers/namespace/namespace_sync_controller.go.
 */
export function propagationRules(
  settings: PropagationSettings,
  profile: Profile,
): PropagationRules {
  // Karmada does not group the pattern: `a|b` matches names that start with a or end with b.
  const whole = (text: string) => (profile === 'karmada' ? `^${text}$` : `^(?:${text})$`);
  const expressions = settings.skippedPropagatingNamespaces.map((text) => expression(whole(text)));
  const apis = settings.skippedPropagatingAPIs.map(apiPattern);
  const excluded = (namespace: string, reason: string): Exclusion | undefined => {
    if (/^karmada-(system$|cluster$|es-)/.test(namespace)) return { reason };
    if (!expressions.some((matches) => matches(namespace))) return undefined;
    return { reason, hint: hintFor(namespace, settings) };
  };
  return {
    skipped: (object) => {
      const { name, namespace = '', labels = {} } = object.metadata;
      const reason = skippedKind(object);
      if (reason !== undefined) return { reason, hint: unplaceable };
      if (apis.some((matches) => matches(object))) return byApi;
      const exclusion = excluded(namespace, `its namespace ${namespace} is excluded`);
      if (exclusion !== undefined) return exclusion;
      if (`${namespace}/${name}` === authentication && object.kind === 'ConfigMap') {
        return { reason: 'every cluster creates its own', hint: unplaceable };
      }
      return labels['resourcetemplate.karmada.io/claimed-by'] ? claimed : undefined;
    },
    notEverywhere: ({ metadata: { name, labels = {} } }) => {
      if (name === 'default') return { reason: 'every cluster has the namespace default' };
      const exclusion = excluded(name, `namespace ${name} is excluded`);
      if (exclusion !== undefined) return exclusion;
      return labels[skipLabel]?.toLowerCase() === 'true' ? labelled : undefined;
    },
  };
}

const skipLabel = 'namespace.karmada.io/skip-auto-propagation';

const labelled: Exclusion = {
  reason: `its label ${skipLabel} excludes it`,
  hint: `to place it, remove the label ${skipLabel}, or select it in a ClusterPropagationPolicy`,
};

const byApi: Exclusion = {
  reason: 'spec.skippedPropagatingAPIs in regatta.yaml includes its API',
  hint: 'to place it, remove its API from spec.skippedPropagatingAPIs',
};

const claimed: Exclusion = {
  reason: 'its label resourcetemplate.karmada.io/claimed-by assigns it to another controller',
  hint: 'to place it, remove the label resourcetemplate.karmada.io/claimed-by',
};

const unplaceable = 'remove it from the templates';

function hintFor(
  namespace: string,
  { skippedPropagatingNamespaces: patterns }: PropagationSettings,
): string {
  const now = patterns.join(', ');
  return `to place it, set spec.skippedPropagatingNamespaces in regatta.yaml (now [${now}]) to patterns that do not match ${namespace}`;
}

const authentication = 'kube-system/extension-apiserver-authentication';

/** API groups that configure Karmada itself and not member clusters. */
const controlGroups: ReadonlySet<string> = new Set([
  ...['cluster', 'policy', 'work', 'config', 'networking', 'autoscaling', 'remedy', 'apps'].map(
    (name) => `${name}.karmada.io`,
  ),
  'events.k8s.io',
]);

function skippedKind(object: KubeObject): string | undefined {
  const { group, version, kind } = gvkOf(object);
  if (controlGroups.has(group)) return `its API group ${group} configures Karmada`;
  if (group === '' && kind === 'Event') return 'Events are excluded';
  return group === 'coordination.k8s.io' && version === 'v1' ? 'Leases are excluded' : undefined;
}
