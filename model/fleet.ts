/** What a fleet repository holds, once it is read and checked. */
import type { Cluster } from './cluster.ts';
import type { ResourceInterpreterCustomization } from './customization.ts';
import {
  type DeletionAcknowledgement,
  type DeletionBudget,
  defaultDeletionBudget,
} from './deletion-budget.ts';
import type { ImageLock } from './image-lock.ts';
import type { LeftOutObject } from './left-out.ts';
import type { KubeObject } from './object.ts';
import type { OverridePolicy } from './override.ts';
import type { PropagationPolicy } from './policy.ts';
import { renderedRoot } from './rendered.ts';
import type { Sourced } from './source.ts';
import { defaultSyncSettings, type SyncSettings } from './sync-settings.ts';

/** The optional settings file at the top of a fleet repository. */
export const fleetFile = 'regatta.yaml';

/** Folders, relative to the repository, with `/` and without a trailing one. */
export interface FleetFolders {
  readonly clusters: string;
  readonly templates: string;
  readonly policies: string;
  readonly bindings: string;
  readonly rendered: string;
}

/** `spec` of regatta.yaml, and its name. */
export interface FleetSettings extends FleetFolders {
  /** `metadata.name`: the fleet's name, from which seeded random values follow. */
  readonly name: string;
  /** Regular expressions of whole names: what is in these namespaces goes nowhere. */
  readonly skippedPropagatingNamespaces: readonly string[];
  /** `group`, `group/version` or `group/version/Kind,Kind`: what is of these APIs goes nowhere. */
  readonly skippedPropagatingAPIs: readonly string[];
  /** Clusters that are selected but get no replica have the object all the same. */
  readonly enableEmptyWorkloadPropagation: boolean;
  /** Karmada's feature gates; most change nothing here. */
  readonly featureGates: Readonly<Record<string, boolean | undefined>>;
  /** Namespaces go to every cluster, or only to those that have something in them. */
  readonly namespaces: 'Everywhere' | 'WhereUsed';
  readonly deletionBudget: DeletionBudget;
  /** Who looks whether API servers will take what is rendered: lint and `compile --strict`, each compile, nobody. */
  readonly validation: 'Lenient' | 'Strict' | 'Never';
  /** Whether charts and bases may be fetched, as far as regatta.lock has their digests. */
  readonly network: 'Deny' | 'Allow';
  /** For the syncer alone: nothing of it changes what is compiled. */
  readonly sync: SyncSettings;
}

export const defaultSettings: FleetSettings = {
  name: 'fleet',
  clusters: 'clusters',
  templates: 'templates',
  policies: 'policies',
  bindings: 'bindings',
  rendered: renderedRoot,
  skippedPropagatingNamespaces: ['kube-.*'],
  skippedPropagatingAPIs: [],
  enableEmptyWorkloadPropagation: false,
  featureGates: {},
  namespaces: 'Everywhere',
  deletionBudget: defaultDeletionBudget,
  validation: 'Lenient',
  network: 'Deny',
  sync: defaultSyncSettings,
};

/** The folders that sources are read from; what an object is follows from its kind, not its folder. */
export function sourceRoots({ clusters, templates, policies }: FleetFolders): readonly string[] {
  return [...new Set([clusters, templates, policies])];
}

/** Objects of one kind of role are in the order of their keys, whatever file they come from. */
export interface Repository {
  readonly clusters: readonly Sourced<Cluster>[];
  readonly templates: readonly Sourced<KubeObject>[];
  readonly policies: readonly Sourced<PropagationPolicy>[];
  readonly overrides: readonly Sourced<OverridePolicy>[];
  readonly customizations: readonly Sourced<ResourceInterpreterCustomization>[];
  readonly acknowledgements: readonly Sourced<DeletionAcknowledgement>[];
  readonly images: ImageLock;
  /** What has a fault, and is in none of the others. */
  readonly rejected: readonly LeftOutObject[];
}
