/** The content of a fleet repository after parsing and validation. */
import type { AcceptedPath } from './acceptance.ts';
import type { DeletionAcknowledgement } from './acknowledgement.ts';
import type { Cluster } from './cluster.ts';
import type { ResourceInterpreterCustomization } from './customization.ts';
import { type DeletionBudget, defaultDeletionBudget } from './deletion-budget.ts';
import { defaultFleetIdentity, type FleetIdentity } from './fleet-identity.ts';
import type { ImageLock } from './image-lock.ts';
import type { KindScope } from './kind-scope.ts';
import type { LeftOutObject } from './left-out.ts';
import type { MeshSettings } from './mesh.ts';
import type { KubeObject } from './object.ts';
import type { OverridePolicy } from './override.ts';
import type { PropagationPolicy } from './policy.ts';
import { renderedRoot } from './rendered.ts';
import type { Sourced } from './source.ts';
import { defaultSyncSettings, type SyncSettings } from './sync-settings.ts';

/** Folders relative to the repository, separated by `/`, without a trailing `/`. */
export interface FleetFolders {
  readonly clusters: string;
  readonly templates: string;
  readonly policies: string;
  readonly bindings: string;
  readonly rendered: string;
}

/** The settings in regatta.yaml: its `spec` and `metadata.name`. The name is part of the seed of random values. */
export interface FleetSettings extends FleetFolders, FleetIdentity {
  /** Regular expressions that match whole names of namespaces. The compiler propagates no objects in them. */
  readonly skippedPropagatingNamespaces: readonly string[];
  /** APIs whose objects the compiler does not propagate: `group`, `group/version` or `group/version/Kind,Kind`. */
  readonly skippedPropagatingAPIs: readonly string[];
  /** Scopes of kinds that neither Regatta knows nor an object of the repository defines. */
  readonly kinds: readonly KindScope[];
  /** The service meshes that the clusters form. */
  readonly meshes: readonly MeshSettings[];
  /** Warnings that the repository accepts in files that hold no annotations. */
  readonly accept: readonly AcceptedPath[];
  /** Propagate the object also to selected clusters that get no replica. */
  readonly enableEmptyWorkloadPropagation: boolean;
  /** Karmada's feature gates; most have no effect in Regatta. */
  readonly featureGates: Readonly<Record<string, boolean | undefined>>;
  /** Propagate Namespaces to every cluster (Everywhere), or only to clusters with objects in them (WhereUsed). */
  readonly namespaces: 'Everywhere' | 'WhereUsed';
  readonly deletionBudget: DeletionBudget;
  /** Validate rendered objects in lint and `compile --strict` (Lenient), in each compile (Strict), or never. */
  readonly validation: 'Lenient' | 'Strict' | 'Never';
  /** Allow fetches of remote charts and bases whose digests are in regatta.lock. */
  readonly network: 'Deny' | 'Allow';
  /** Allow rendered files that no source renders. `compile --check` reads it from the base of a change. */
  readonly unsourced: 'Deny' | 'Allow';
  /** Settings of the syncer. The compiler ignores them. */
  readonly sync: SyncSettings;
}

/** The settings of a repository without regatta.yaml. */
export const defaultSettings: FleetSettings = {
  ...defaultFleetIdentity,
  clusters: 'clusters',
  templates: 'templates',
  policies: 'policies',
  bindings: 'bindings',
  rendered: renderedRoot,
  skippedPropagatingNamespaces: ['kube-.*'],
  skippedPropagatingAPIs: [],
  kinds: [],
  meshes: [],
  accept: [],
  enableEmptyWorkloadPropagation: false,
  featureGates: {},
  namespaces: 'Everywhere',
  deletionBudget: defaultDeletionBudget,
  validation: 'Lenient',
  network: 'Deny',
  unsourced: 'Deny',
  sync: defaultSyncSettings,
};

/** Returns the folders that contain sources. The role of an object depends on its kind, not on its folder. */
export function sourceRoots({ clusters, templates, policies }: FleetFolders): readonly string[] {
  return [...new Set([clusters, templates, policies])];
}

/** The content of a fleet repository. The objects of each role are in the order of their keys, regardless of their files. */
export interface Repository {
  readonly clusters: readonly Sourced<Cluster>[];
  readonly templates: readonly Sourced<KubeObject>[];
  readonly policies: readonly Sourced<PropagationPolicy>[];
  readonly overrides: readonly Sourced<OverridePolicy>[];
  readonly customizations: readonly Sourced<ResourceInterpreterCustomization>[];
  readonly acknowledgements: readonly Sourced<DeletionAcknowledgement>[];
  /** Objects of Karmada's kinds that Regatta does not support. */
  readonly unsupported: readonly Sourced<KubeObject>[];
  readonly images: ImageLock;
  /** Invalid objects, which are in none of the other fields. */
  readonly rejected: readonly LeftOutObject[];
}
