import * as v from 'valibot';
import { type GivenBudget, givenBudget } from '#model/deletion-budget.ts';
import { defaultSettings, type FleetSettings } from '#model/fleet.ts';
import { fleetId, fleetName, repositories } from '#model/fleet-identity.ts';
import { syncSettings } from '#model/sync-settings.ts';
import { wholeName } from '#model/whole-name.ts';
import { mesh } from './mesh.ts';

/** A folder inside the repository, so that compile cannot write elsewhere. */
const folder = v.pipe(
  v.string(),
  v.regex(
    /^[\w][\w.-]*(\/[\w][\w.-]*)*$/,
    'must be a folder inside the repository, without a leading or trailing slash',
  ),
);

/** A list, or a text separated by `;` as in Karmada's flag. */
const apis = v.pipe(
  v.union([v.array(v.string()), v.string()]),
  v.transform((given) => (typeof given === 'string' ? given.split(';') : given)),
  v.transform((list) => list.map((api) => api.trim()).filter((api) => api !== '')),
  v.array(
    v.pipe(
      v.string(),
      v.regex(
        /^[a-z0-9.-]+(\/[A-Za-z0-9]+(,[A-Za-z0-9]+)*(\/[A-Za-z0-9]+(,[A-Za-z0-9]+)*)?)?$/,
        'must be group, group/version or group/version/Kind',
      ),
    ),
  ),
);

const kindScope = v.strictObject({
  group: v.pipe(v.string(), v.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be an API group')),
  kind: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9]*$/, 'must be a kind')),
  scope: v.picklist(['Cluster', 'Namespaced']),
});

/** Text that says something. */
const reason = v.pipe(v.string(), v.regex(/\S/, 'must say why'));

const acceptedPath = v.strictObject({
  code: v.string(),
  path: v.pipe(
    v.string(),
    v.regex(
      /^(?!\.{0,2}\/)(?!.*\/\.{1,2}(\/|$))(?!\.\.$).*[^/]$/,
      'must be a file or folder inside the repository, without a leading or trailing slash, or . for all files',
    ),
  ),
  reason,
});

const gate = v.optional(v.boolean());

/** Karmada's feature gates by the names of their flags; most do not affect a compile. */
const featureGates = v.pipe(
  v.strictObject({
    ContextualLogging: gate,
    ControllerPriorityQueue: gate,
    CustomizedClusterResourceModeling: gate,
    Failover: gate,
    FederatedQuotaEnforcement: gate,
    GracefulEviction: gate,
    LoggingAlphaOptions: gate,
    LoggingBetaOptions: gate,
    MultiClusterService: gate,
    MultiplePodTemplatesScheduling: gate,
    /** Karmada's guides use this name for PropagationPolicyPreemption. */
    PolicyPreemption: gate,
    PriorityBasedScheduling: gate,
    PropagateDeps: gate,
    PropagationPolicyPreemption: gate,
    ResourceQuotaEstimate: gate,
    SchedulingOvercommitProtection: gate,
    StatefulFailoverInjection: gate,
    WorkloadAffinity: gate,
  }),
  v.transform(({ PolicyPreemption: preemption, ...gates }) => ({
    PropagationPolicyPreemption: preemption,
    ...gates,
  })),
);

interface Fleet {
  readonly metadata?: { readonly name?: string | undefined } | undefined;
  readonly spec: Omit<FleetSettings, 'name' | 'deletionBudget'> & {
    readonly deletionBudget: GivenBudget;
  };
}

/** The object in regatta.yaml. */
export const fleet: v.GenericSchema<unknown, Fleet> = v.strictObject({
  apiVersion: v.literal('regatta.dev/v1alpha1'),
  kind: v.literal('Fleet'),
  metadata: v.optional(v.looseObject({ name: v.optional(fleetName) })),
  spec: v.optional(
    v.strictObject({
      id: v.optional(fleetId),
      repositories: v.optional(repositories, []),
      clusters: v.optional(folder, defaultSettings.clusters),
      templates: v.optional(folder, defaultSettings.templates),
      policies: v.optional(folder, defaultSettings.policies),
      bindings: v.optional(folder, defaultSettings.bindings),
      rendered: v.optional(folder, defaultSettings.rendered),
      skippedPropagatingNamespaces: v.optional(v.array(wholeName), [
        ...defaultSettings.skippedPropagatingNamespaces,
      ]),
      skippedPropagatingAPIs: v.optional(apis, []),
      accept: v.optional(v.array(acceptedPath), []),
      kinds: v.optional(v.array(kindScope), []),
      meshes: v.optional(v.array(mesh), []),
      enableEmptyWorkloadPropagation: v.optional(
        v.boolean(),
        defaultSettings.enableEmptyWorkloadPropagation,
      ),
      featureGates: v.optional(featureGates, {}),
      sync: v.optional(syncSettings, {}),
      namespaces: v.optional(v.picklist(['Everywhere', 'WhereUsed']), defaultSettings.namespaces),
      deletionBudget: v.optional(givenBudget, {}),
      validation: v.optional(
        v.picklist(['Lenient', 'Strict', 'Never']),
        defaultSettings.validation,
      ),
      network: v.optional(v.picklist(['Deny', 'Allow']), defaultSettings.network),
      unsourced: v.optional(v.picklist(['Deny', 'Allow']), defaultSettings.unsourced),
    }),
    {},
  ),
});
